import type { Clients } from "../clients.js";
import { hold } from "./locks.js";
import { appendRequest } from "./messages.js";
import type { OutboxStore, SessionRecord } from "./outbox-store.js";
import { mostAtPageEnd, sendAtPageEnd } from "./page-end.js";
import { Delivery } from "./delivery.js";

/** What an outbox needs. */
export interface OutboxOptions {
  /** Address of Telemetry's endpoint `http`. */
  telemetry: string;
  /** Sends with the viewer's token, which StartSession takes the viewer from. */
  sessions: Clients["sessions"];
  /** Sends without one. */
  anonymous: Clients["sessions"];
  /** Subject of the token that `sessions` sends now; empty for none. */
  viewer: () => string;
  store: OutboxStore;
  /** Sent as `x-api-key`, where a deployment asks for one. */
  apiKey?: string;
}

/** Records are given up when nobody could be told of them for so long. */
const mostAgeMs = 30 * 86_400_000;
const adoptEveryMs = 30_000;

/**
 * Sends what recorders tell, and keeps it until the service has acknowledged it: over failures, without a network, and when the page is
 * loaded again. Sequence numbers make all of it safe to repeat.
 */
export class Outbox {
  private readonly deliveries = new Map<string, Delivery>();

  constructor(private readonly options: OutboxOptions) {}

  /** Begins to send what former pages have left behind, now and from time to time. */
  adoptForever(): void {
    void this.adopt();
    setInterval(() => void this.adopt(), adoptEveryMs);
    addEventListener("online", () => {
      for (const delivery of this.deliveries.values()) delivery.hurry();
      void this.adopt();
    });
  }

  /** Keeps a session's record and sends it, now and after each change. */
  save(record: SessionRecord, now = false): void {
    record.touchedAt = Date.now();
    this.options.store.write(record);
    this.deliveryOf(record).hurry(now ? 0 : undefined);
  }

  /** Takes over the record of a page before this one, such as the same page before it was loaded again; undefined when it is gone or in use. */
  async take(id: string): Promise<SessionRecord | undefined> {
    // What is left of it may be on its way already.
    const mine = this.deliveries.get(id)?.record;
    if (mine) return mine;
    if (!(await hold(`moviesnow.outbox.${id}`))) return undefined;
    return this.options.store.read(id);
  }

  /** Makes a new record this page's own. */
  own(record: SessionRecord): void {
    void hold(`moviesnow.outbox.${record.id}`);
    this.save(record, true);
  }

  /** Sends what is left with a request that outlives the page. */
  leave(record: SessionRecord): void {
    this.options.store.write(record);
    if (!record.session || record.events.length === 0) return;
    const headers = this.options.apiKey ? { "x-api-key": this.options.apiKey } : {};
    sendAtPageEnd(this.options.telemetry, appendRequest(record.session, record.events.slice(-mostAtPageEnd)), headers);
  }

  /** Resolves when a record has nothing left to send. */
  settled(record: SessionRecord): Promise<void> {
    return this.deliveryOf(record).settled();
  }

  private deliveryOf(record: SessionRecord): Delivery {
    let delivery = this.deliveries.get(record.id);
    if (!delivery) {
      delivery = new Delivery(record, this.options, () => this.deliveries.delete(record.id));
      this.deliveries.set(record.id, delivery);
    }
    return delivery;
  }

  private async adopt(): Promise<void> {
    for (const id of this.options.store.ids()) {
      if (this.deliveries.has(id)) continue;
      const release = await hold(`moviesnow.outbox.${id}`);
      if (!release) continue;
      const record = this.options.store.read(id);
      if (!record || Date.now() - record.touchedAt > mostAgeMs) {
        this.options.store.remove(id);
        release();
        continue;
      }
      // The page before crashed, or was left.
      if (!record.isOver) [record.isOver, record.mayGoOn] = [true, true];
      const delivery = this.deliveryOf(record);
      delivery.hurry(0);
      void delivery.settled().then(release);
    }
  }
}
