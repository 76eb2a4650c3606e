import { toBinary } from "@bufbuild/protobuf";
import { AppendEventsRequestSchema, type AppendEventsRequest } from "../gen/moviesnow/telemetry/v1/playback_session_service_pb.js";

/** Fits what browsers allow a page to leave behind: 64 KiB over all such requests. */
export const mostAtPageEnd = 300;

/** One gRPC-Web message: a byte of flags, its length in four bytes, the message. */
export function frame(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const framed = new Uint8Array(5 + message.length);
  new DataView(framed.buffer).setUint32(1, message.length);
  framed.set(message, 5);
  return framed;
}

/**
 * Calls AppendEvents so that the request outlives the page. `navigator.sendBeacon` cannot: it always sends credentials, which the services'
 * CORS does not admit by default, and it can set no header but a simple content type. The library's own call is made of promises, which a
 * page that goes away may not get to resolve. Nothing waits for the answer: what was sent stays in the outbox and is sent once more, as a
 * duplicate, when the viewer comes back.
 */
export function sendAtPageEnd(telemetry: string, request: AppendEventsRequest, headers: Record<string, string> = {}): void {
  const url = `${telemetry}/moviesnow.telemetry.v1.PlaybackSessionService/AppendEvents`;
  void fetch(url, {
    method: "POST",
    keepalive: true,
    headers: { "content-type": "application/grpc-web+proto", "x-grpc-web": "1", ...headers },
    body: frame(toBinary(AppendEventsRequestSchema, request)),
  }).catch(() => {});
}
