import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { describeError, type RpcFailure } from "../errors.js";
import { appendRequest } from "./messages.js";
import type { OutboxOptions } from "./outbox.js";
import type { SessionRecord } from "./outbox-store.js";

/** Half of what a request may have: a call that is repeated is cheap. */
const batchSize = 250;
const gatherMs = 250;
const [leastPauseMs, mostPauseMs] = [1_000, 30_000];

/** A session goes on after a reload when the page before was there so recently, as the service sees it too. */
export const goesOnWithinMs = 30 * 60_000;

/** The service will never know the session, so nothing of it can be stored. */
const lost = new Set(["SESSION_NOT_FOUND", "SESSION_TOKEN_INVALID"]);

/** Sends one session's events in order, one call at a time, until all are acknowledged. */
export class Delivery {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isSending = false;
  private pauseMs = 0;
  private waiting: (() => void)[] = [];

  constructor(
    readonly record: SessionRecord,
    private readonly options: OutboxOptions,
    private readonly onDone: () => void,
  ) {}

  /** Sends soon. After a failure only the pause's end does that, or `0`. */
  hurry(inMs?: number): void {
    if (this.isSending || (this.timer !== undefined && inMs === undefined)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.send(), inMs ?? Math.max(gatherMs, this.pauseMs));
  }

  /** Resolves when nothing is left to send. */
  settled(): Promise<void> {
    if (!this.isSending && this.timer === undefined && this.isEmpty) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private get isEmpty(): boolean {
    return this.record.session !== undefined && this.record.events.length === 0;
  }

  /** False also when another viewer has signed in meanwhile: theirs it is not. */
  private get isTheirs(): boolean {
    return this.record.viewer !== "" && this.record.viewer === this.options.viewer();
  }

  private async send(): Promise<void> {
    this.timer = undefined;
    if (this.isSending) return;
    this.isSending = true;
    try {
      if (!this.record.session) await this.start();
      while (this.record.events.length > 0) await this.append();
      this.pauseMs = 0;
    } catch (error) {
      this.failed(describeError(error));
    }
    this.isSending = false;
    if (!this.isEmpty) return this.hurry();
    if (this.record.isOver) {
      // All is told, and yet its page may come back and tell more.
      const isKept = this.record.mayGoOn && Date.now() - this.record.touchedAt < goesOnWithinMs;
      if (!isKept) this.options.store.remove(this.record.id);
      this.onDone();
    }
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private async start(): Promise<void> {
    const { record, options } = this;
    const sessions = this.isTheirs ? options.sessions : options.anonymous;
    const started = await sessions.startSession(
      {
        content: { titleId: record.titleId, episodeId: record.episodeId },
        client: { device: record.device, appName: record.appName, appVersion: record.appVersion },
        clientTime: timestampFromMs(record.clickedAt),
      },
      { headers: { "idempotency-key": record.startKey } },
    );
    record.session = {
      id: started.sessionId,
      token: started.sessionToken,
      firstSequence: Number(started.nextSequence),
      heartbeatMs: started.heartbeatIntervalSeconds * 1_000,
    };
    options.store.write(record);
  }

  private async append(): Promise<void> {
    const { record, options } = this;
    const batch = record.events.slice(0, batchSize);
    try {
      // The session's token is proof enough; an access token may have expired since.
      await options.anonymous.appendEvents(appendRequest(record.session!, batch));
    } catch (error) {
      // A request that is refused as a whole is refused for ever.
      if (describeError(error).code !== Code.InvalidArgument) throw error;
    }
    const last = batch.at(-1)!.sequence;
    record.events = record.events.filter((event) => event.sequence > last);
    options.store.write(record);
  }

  private failed(failure: RpcFailure): void {
    // A deployment that takes nothing from anonymous viewers is told nothing of them.
    const isUnwanted = failure.code === Code.Unauthenticated && !this.isTheirs;
    if (lost.has(failure.reason) || failure.code === Code.InvalidArgument || isUnwanted) {
      this.record.events = [];
      this.record.isOver = true;
      this.record.session ??= { id: "", token: "", firstSequence: 1, heartbeatMs: mostPauseMs };
      return;
    }
    const doubled = Math.min(Math.max(this.pauseMs * 2, leastPauseMs), mostPauseMs);
    // Many players wait for the same service: they shall not come back at once.
    this.pauseMs = Math.max(failure.retryAfterMs ?? 0, doubled * (0.75 + Math.random() / 2));
  }
}
