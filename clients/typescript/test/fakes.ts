import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createRouterTransport, createClient } from "@connectrpc/connect";
import { EventVerdict } from "../src/gen/moviesnow/telemetry/v1/event_pb.js";
import {
  AppendEventsResponseSchema,
  PlaybackSessionService,
  StartSessionResponseSchema,
  type AppendEventsRequest,
  type StartSessionRequest,
} from "../src/gen/moviesnow/telemetry/v1/playback_session_service_pb.js";

/** localStorage, in memory. */
export function memoryStorage(): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  };
}

/** Telemetry as the contract tells it: it stores each number once. */
export class Service {
  readonly starts: { request: StartSessionRequest; key: string; authorization: string }[] = [];
  readonly appends: AppendEventsRequest[] = [];
  /** Events by number. */
  readonly stored = new Map<number, AppendEventsRequest["events"][number]>();
  /** What the next calls fail with. */
  failure: ConnectError | undefined;
  /** Stores, and then loses the answer. */
  losesAnswers = false;
  nextSequence = 1n;

  readonly client = (authorization = "") =>
    createClient(
      PlaybackSessionService,
      createRouterTransport(
        (router) => {
          router.service(PlaybackSessionService, {
            startSession: (request, context) => {
              this.fail();
              this.starts.push({ request, key: context.requestHeader.get("idempotency-key") ?? "", authorization });
              if (this.losesAnswers) throw new ConnectError("lost", Code.Unavailable);
              return create(StartSessionResponseSchema, {
                sessionId: "session",
                sessionToken: "secret",
                heartbeatIntervalSeconds: 10,
                nextSequence: this.nextSequence,
              });
            },
            appendEvents: (request) => {
              this.fail();
              this.appends.push(request);
              const results = request.events.map((event) => {
                const isKnown = this.stored.has(Number(event.sequence));
                if (!isKnown) this.stored.set(Number(event.sequence), event);
                return { sequence: event.sequence, verdict: isKnown ? EventVerdict.DUPLICATE : EventVerdict.ACCEPTED };
              });
              if (this.losesAnswers) throw new ConnectError("lost", Code.Unavailable);
              return create(AppendEventsResponseSchema, { results });
            },
          });
        },
      ),
    );

  private fail(): void {
    if (this.failure) throw this.failure;
  }
}
