import type { EventType, Visibility } from "../gen/moviesnow/telemetry/v1/event_pb.js";
import type { SessionEndReason } from "../gen/moviesnow/telemetry/v1/session_pb.js";

/** An event as it waits to be sent. Numbers are those of the page; the session's own begin above `firstSequence - 1`. */
export interface StoredEvent {
  sequence: number;
  type: EventType;
  /** When it happened, milliseconds since 1970 by the player's clock. */
  at: number;
  positionMs: number;
  fromPositionMs?: number;
  variantId?: string;
  bitrateBps?: number;
  errorCode?: string;
  isFatal?: boolean;
  completeReason?: SessionEndReason;
  visibility?: Visibility;
  playbackRate?: number;
}

/** A session that is being told of, and what of it the service has not acknowledged yet. */
export interface SessionRecord {
  /** Of this browser; not the session's id. */
  id: string;
  titleId: string;
  episodeId: string;
  device: string;
  appName: string;
  appVersion: string;
  /** Subject of the token at the click; empty for an anonymous viewer. */
  viewer: string;
  /** When the viewer clicked, milliseconds since 1970. */
  clickedAt: number;
  /** Idempotency key of StartSession, so that a lost answer leaves no second session. */
  startKey: string;
  /** What the service answered to StartSession; absent until then. */
  session?: { id: string; token: string; firstSequence: number; heartbeatMs: number };
  /** The highest number that was given out. */
  lastSequence: number;
  /** True after the end, until it plays anew. */
  isOver: boolean;
  /** True when its page was left without the player being left: the same page may come back. */
  mayGoOn: boolean;
  /** When it last changed, milliseconds since 1970. */
  touchedAt: number;
  /** Not acknowledged yet, by number. */
  events: StoredEvent[];
}

const prefix = "moviesnow.outbox.";

/**
 * Keeps records in `localStorage`: unlike IndexedDB it is written before the call returns, so that what happens while a page goes away is
 * not lost. Where there is no storage (private windows of some browsers, or it is full) records live as long as the page.
 */
export class OutboxStore {
  constructor(private readonly storage: Storage | undefined) {}

  ids(): string[] {
    const storage = this.storage;
    if (!storage) return [];
    return Array.from({ length: storage.length }, (_, index) => storage.key(index)!)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
  }

  read(id: string): SessionRecord | undefined {
    const text = this.storage?.getItem(prefix + id);
    if (!text) return undefined;
    try {
      return JSON.parse(text) as SessionRecord;
    } catch {
      this.remove(id);
      return undefined;
    }
  }

  write(record: SessionRecord): void {
    try {
      this.storage?.setItem(prefix + record.id, JSON.stringify(record));
    } catch {
      // Full: it is still sent from memory.
    }
  }

  remove(id: string): void {
    this.storage?.removeItem(prefix + id);
  }
}
