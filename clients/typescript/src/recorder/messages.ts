import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { PlaybackEventSchema } from "../gen/moviesnow/telemetry/v1/event_pb.js";
import { AppendEventsRequestSchema, type AppendEventsRequest } from "../gen/moviesnow/telemetry/v1/playback_session_service_pb.js";
import type { SessionRecord, StoredEvent } from "./outbox-store.js";

/** Positions that the contract takes: 0 to one day. */
const day = 86_400_000;
const position = (ms: number | undefined) => BigInt(Math.round(Math.min(Math.max(ms || 0, 0), day)));

function message(event: StoredEvent, firstSequence: number): MessageInitShape<typeof PlaybackEventSchema> {
  return {
    sequence: BigInt(firstSequence - 1 + event.sequence),
    type: event.type,
    clientTime: timestampFromMs(event.at),
    positionMs: position(event.positionMs),
    fromPositionMs: position(event.fromPositionMs),
    variantId: event.variantId ?? "",
    bitrateBps: BigInt(Math.round(event.bitrateBps ?? 0)),
    errorCode: event.errorCode ?? "",
    isFatal: event.isFatal ?? false,
    completeReason: event.completeReason ?? 0,
    visibility: event.visibility ?? 0,
    playbackRate: event.playbackRate ?? 0,
  };
}

/** The request that stores events of a session that the service has started. */
export function appendRequest(session: NonNullable<SessionRecord["session"]>, events: readonly StoredEvent[]): AppendEventsRequest {
  return create(AppendEventsRequestSchema, {
    sessionId: session.id,
    sessionToken: session.token,
    events: events.map((event) => message(event, session.firstSequence)),
  });
}
