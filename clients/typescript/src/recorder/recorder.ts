import { EventType, Visibility } from "../gen/moviesnow/telemetry/v1/event_pb.js";
import { SessionEndReason } from "../gen/moviesnow/telemetry/v1/session_pb.js";
import { goesOnWithinMs } from "./delivery.js";
import type { Outbox } from "./outbox.js";
import type { SessionRecord, StoredEvent } from "./outbox-store.js";

/** What plays, where, and since when. */
export interface StartedPlayback {
  titleId: string;
  /** Empty for a film. */
  episodeId?: string;
  /** When the viewer clicked, milliseconds since 1970. */
  clickedAt: number;
}

/** What a recorder needs. */
export interface RecorderOptions {
  outbox: Outbox;
  /** Position in the work now, in milliseconds. */
  positionMs: () => number;
  /** Subject of the viewer's token; empty for an anonymous one. */
  viewer?: string;
  /** Such as `web`, `tv` or `phone`. */
  device?: string;
  appName?: string;
  appVersion?: string;
  /** Id of the record of the page before, as `recordId` told it: goes on with its session where that is possible. */
  continues?: string;
}

const heartbeatMs = 20_000;
/** A service that is away for hours must not fill the viewer's storage: from here on only what happens is kept. */
const mostWaiting = 1_000;

/**
 * Tells Telemetry how a playback goes: one session with numbered events. docs/sessions.md says what each event means. Nothing here waits for
 * the network.
 */
export class PlaybackRecorder {
  private isPaused = false;
  private isPlaying = false;
  private isStalled = false;
  private quality: Pick<StoredEvent, "variantId" | "bitrateBps"> = {};
  private timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(
    private readonly record: SessionRecord,
    private readonly options: RecorderOptions,
  ) {}

  /** Begins a session, or goes on with that of the page before. */
  static async start(playback: StartedPlayback, options: RecorderOptions): Promise<PlaybackRecorder> {
    const before = options.continues ? await options.outbox.take(options.continues) : undefined;
    const isSame =
      before?.titleId === playback.titleId &&
      before.episodeId === (playback.episodeId ?? "") &&
      before.viewer === (options.viewer ?? "") &&
      Date.now() - before.touchedAt < goesOnWithinMs;
    const record = isSame ? before : newRecord(playback, options);
    if (isSame) options.outbox.save(record, true);
    else options.outbox.own(record);
    return new PlaybackRecorder(record, options);
  }

  /** Names this session to the next page of this browser. */
  get recordId(): string {
    return this.record.id;
  }

  /** True from the first picture to the end. */
  get hasStarted(): boolean {
    return this.isPlaying;
  }

  /** The first picture, or playing again after the end. */
  play(): void {
    if (this.isPlaying) return;
    [this.isPlaying, this.isPaused, this.isStalled] = [true, false, false];
    [this.record.isOver, this.record.mayGoOn] = [false, false];
    const visibility = document.visibilityState === "hidden" ? Visibility.HIDDEN : Visibility.VISIBLE;
    this.add(EventType.PLAY, { ...this.quality, visibility });
    this.schedule();
  }

  pause(): void {
    if (!this.isPlaying || this.isPaused) return;
    this.isPaused = true;
    this.add(EventType.PAUSE);
  }

  resume(): void {
    if (!this.isPlaying || !this.isPaused) return;
    this.isPaused = false;
    this.add(EventType.RESUME);
  }

  /** Jumped. `at` is when it began, milliseconds since 1970. */
  seek(fromPositionMs: number, positionMs: number, at = Date.now()): void {
    if (this.isPlaying) this.add(EventType.SEEK, { fromPositionMs, positionMs, at });
  }

  bufferingStart(at = Date.now()): void {
    if (!this.isPlaying || this.isPaused || this.isStalled) return;
    this.isStalled = true;
    this.add(EventType.BUFFERING_START, { at });
  }

  bufferingEnd(): void {
    if (!this.isPlaying || !this.isStalled) return;
    this.isStalled = false;
    this.add(EventType.BUFFERING_END);
  }

  /** Another variant plays. Before the first picture it goes with that. */
  changeQuality(variantId: string, bitrateBps: number): void {
    if (this.quality.variantId === variantId && this.quality.bitrateBps === bitrateBps) return;
    this.quality = { variantId, bitrateBps };
    if (this.isPlaying) this.add(EventType.QUALITY_CHANGE, this.quality);
  }

  changeRate(playbackRate: number): void {
    if (this.isPlaying) this.add(EventType.RATE_CHANGE, { playbackRate });
  }

  changeVisibility(isHidden: boolean): void {
    if (this.isPlaying) this.add(EventType.VISIBILITY_CHANGE, { visibility: isHidden ? Visibility.HIDDEN : Visibility.VISIBLE }, isHidden);
  }

  /** Something failed; a fatal failure is the end. `code` is UPPER_SNAKE, at most 64 characters. */
  fail(code: string, isFatal: boolean): void {
    if (this.record.isOver) return;
    if (isFatal) this.stop();
    this.add(EventType.ERROR, { errorCode: code, isFatal }, isFatal);
  }

  /** Over: played to the end, or the viewer left. */
  complete(reason: SessionEndReason.COMPLETED | SessionEndReason.USER_EXIT): void {
    if (this.record.isOver) return;
    this.stop();
    this.add(EventType.COMPLETE, { completeReason: reason }, true);
  }

  /** The page goes away: what is not sent yet is sent by a request that outlives it. */
  leavePage(): void {
    this.record.mayGoOn = true;
    this.complete(SessionEndReason.USER_EXIT);
    this.options.outbox.leave(this.record);
  }

  private stop(): void {
    [this.isPlaying, this.isStalled, this.record.isOver] = [false, false, true];
    clearTimeout(this.timer);
  }

  private schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      // Who pauses is not waited for: such a session times out much later.
      if (!this.isPaused && this.record.events.length < mostWaiting) this.add(EventType.HEARTBEAT, { bitrateBps: this.quality.bitrateBps ?? 0 });
      this.schedule();
    }, this.record.session?.heartbeatMs ?? heartbeatMs);
  }

  private add(type: EventType, fields: Partial<StoredEvent> = {}, now = false): void {
    this.record.lastSequence += 1;
    this.record.events.push({ sequence: this.record.lastSequence, type, at: Date.now(), positionMs: this.options.positionMs(), ...fields });
    this.options.outbox.save(this.record, now);
  }
}

function newRecord(playback: StartedPlayback, options: RecorderOptions): SessionRecord {
  return {
    id: crypto.randomUUID(),
    titleId: playback.titleId,
    episodeId: playback.episodeId ?? "",
    device: options.device ?? "web",
    appName: options.appName ?? "",
    appVersion: options.appVersion ?? "",
    viewer: options.viewer ?? "",
    clickedAt: playback.clickedAt,
    startKey: crypto.randomUUID(),
    lastSequence: 0,
    isOver: false,
    mayGoOn: false,
    touchedAt: Date.now(),
    events: [],
  };
}
