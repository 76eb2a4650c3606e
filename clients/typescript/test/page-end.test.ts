import { create, fromBinary } from "@bufbuild/protobuf";
import { afterEach, expect, test, vi } from "vitest";
import { AppendEventsRequestSchema } from "../src/gen/moviesnow/telemetry/v1/playback_session_service_pb.js";
import { frame, sendAtPageEnd } from "../src/recorder/page-end.js";

afterEach(() => vi.unstubAllGlobals());

test("a message has five bytes in front: no flags, and its length, big-endian", () => {
  expect([...frame(new Uint8Array([7, 8, 9]))]).toEqual([0, 0, 0, 0, 3, 7, 8, 9]);
  expect([...frame(new Uint8Array(70_000)).slice(0, 5)]).toEqual([0, 0, 1, 17, 112]);
});

test("the request outlives the page and is what a gRPC-Web client sends", () => {
  const send = vi.fn(() => Promise.resolve(new Response()));
  vi.stubGlobal("fetch", send);
  const request = create(AppendEventsRequestSchema, { sessionId: "session", sessionToken: "secret", events: [{ sequence: 3n }] });

  sendAtPageEnd("http://telemetry", request, { "x-api-key": "key" });

  const [url, init] = send.mock.calls[0] as unknown as [string, Omit<RequestInit, "body"> & { body: Uint8Array<ArrayBuffer> }];
  expect(url).toBe("http://telemetry/moviesnow.telemetry.v1.PlaybackSessionService/AppendEvents");
  expect(init).toMatchObject({ method: "POST", keepalive: true });
  expect(init.headers).toEqual({ "content-type": "application/grpc-web+proto", "x-grpc-web": "1", "x-api-key": "key" });
  expect(fromBinary(AppendEventsRequestSchema, new Uint8Array(init.body).slice(5))).toEqual(request);
});
