import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ErrorInfoSchema } from "../src/gen/google/rpc/error_details_pb.js";
import { EventType } from "../src/gen/moviesnow/telemetry/v1/event_pb.js";
import { SessionEndReason } from "../src/gen/moviesnow/telemetry/v1/session_pb.js";
import { Outbox } from "../src/recorder/outbox.js";
import { OutboxStore } from "../src/recorder/outbox-store.js";
import { PlaybackRecorder } from "../src/recorder/recorder.js";
import { memoryStorage, Service } from "./fakes.js";

const away = new ConnectError("away", Code.Unavailable);
let service: Service;
let storage: Storage;
let viewer: string;
let position: number;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  [service, storage, viewer, position] = [new Service(), memoryStorage(), "", 0];
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const open = () =>
  new Outbox({
    telemetry: "http://telemetry",
    sessions: service.client("viewer"),
    anonymous: service.client(),
    viewer: () => viewer,
    store: new OutboxStore(storage),
  });

const record = (outbox: Outbox, more: { viewer?: string; continues?: string } = {}) =>
  PlaybackRecorder.start({ titleId: "title", clickedAt: Date.now() }, { outbox, positionMs: () => position, ...more });

const types = () => [...service.stored.keys()].sort((one, other) => one - other).map((sequence) => service.stored.get(sequence)!.type);
const numbers = () => [...service.stored.keys()].sort((one, other) => one - other);

test("events are numbered and sent once, in order", async () => {
  const recorder = await record(open());
  recorder.play();
  position = 4_000;
  recorder.seek(1_000, 4_000);
  recorder.bufferingStart();
  recorder.bufferingEnd();
  recorder.complete(SessionEndReason.COMPLETED);
  await vi.runAllTimersAsync();

  expect(service.starts).toHaveLength(1);
  expect(types()).toEqual([EventType.PLAY, EventType.SEEK, EventType.BUFFERING_START, EventType.BUFFERING_END, EventType.COMPLETE]);
  expect(numbers()).toEqual([1, 2, 3, 4, 5]);
  expect(service.stored.get(2)).toMatchObject({ fromPositionMs: 1_000n, positionMs: 4_000n });
  expect(service.appends.flatMap((request) => request.events)).toHaveLength(5);
  expect(storage.length).toBe(0);
});

test("a session that goes on elsewhere is numbered from where the service says", async () => {
  service.nextSequence = 1_008n;
  const recorder = await record(open());
  recorder.play();
  recorder.complete(SessionEndReason.USER_EXIT);
  await vi.runAllTimersAsync();

  expect(numbers()).toEqual([1_008, 1_009]);
});

test("what happens while the service is away is told when it is back, with one session", async () => {
  const recorder = await record(open());
  service.failure = away;
  recorder.play();
  await vi.advanceTimersByTimeAsync(60_000);
  recorder.pause();
  expect(service.stored.size).toBe(0);
  service.failure = undefined;
  recorder.complete(SessionEndReason.USER_EXIT);
  await vi.runAllTimersAsync();

  expect(service.starts).toHaveLength(1);
  expect(types().filter((type) => type !== EventType.HEARTBEAT)).toEqual([EventType.PLAY, EventType.PAUSE, EventType.COMPLETE]);
  expect(service.stored.get(1)!.clientTime!.seconds).toBe(1_700_000_000n);
});

test("answers that are lost leave one session and each event once", async () => {
  service.losesAnswers = true;
  const recorder = await record(open());
  recorder.play();
  await vi.advanceTimersByTimeAsync(10_000);
  recorder.complete(SessionEndReason.COMPLETED);
  await vi.advanceTimersByTimeAsync(10_000);
  service.losesAnswers = false;
  await vi.runAllTimersAsync();

  expect(new Set(service.starts.map(({ key }) => key)).size).toBe(1);
  expect(service.starts.length).toBeGreaterThan(1);
  expect(types().filter((type) => type !== EventType.HEARTBEAT)).toEqual([EventType.PLAY, EventType.COMPLETE]);
});

test("a page that is gone leaves its events to the next", async () => {
  service.failure = away;
  const before = await record(open());
  before.play();
  before.complete(SessionEndReason.USER_EXIT);
  await vi.advanceTimersByTimeAsync(1_000);
  vi.clearAllTimers();
  service.failure = undefined;

  const stubbed = Object.assign(new EventTarget(), {});
  vi.stubGlobal("addEventListener", stubbed.addEventListener.bind(stubbed));
  open().adoptForever();
  await vi.advanceTimersByTimeAsync(2_000);

  expect(types()).toEqual([EventType.PLAY, EventType.COMPLETE]);
  expect(storage.length).toBe(0);
});

test("the same page loaded again goes on with the session and its numbers", async () => {
  const before = await record(open());
  before.play();
  await vi.advanceTimersByTimeAsync(1_000);
  service.failure = away;
  before.complete(SessionEndReason.USER_EXIT);
  await vi.advanceTimersByTimeAsync(300);
  vi.clearAllTimers();
  service.failure = undefined;

  const after = await record(open(), { continues: before.recordId });
  after.play();
  after.complete(SessionEndReason.COMPLETED);
  await vi.runAllTimersAsync();

  expect(service.starts).toHaveLength(1);
  expect(numbers()).toEqual([1, 2, 3, 4]);
  expect(types()).toEqual([EventType.PLAY, EventType.COMPLETE, EventType.PLAY, EventType.COMPLETE]);
});

test("a page that was left goes on with its session, also when all of it was told meanwhile", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("gone")));
  const stubbed = new EventTarget();
  vi.stubGlobal("addEventListener", stubbed.addEventListener.bind(stubbed));
  const before = await record(open());
  before.play();
  await vi.advanceTimersByTimeAsync(1_000);
  before.leavePage();
  vi.clearAllTimers();

  const outbox = open();
  outbox.adoptForever();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(types()).toEqual([EventType.PLAY, EventType.COMPLETE]);
  const after = await record(outbox, { continues: before.recordId });
  after.play();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(numbers()).toEqual([1, 2, 3]);
  expect(service.starts).toHaveLength(1);
  after.complete(SessionEndReason.COMPLETED);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(storage.length).toBe(0);
});

test("somebody else's session is not gone on with, nor told as one's own", async () => {
  viewer = "ann";
  service.failure = away;
  const before = await record(open(), { viewer: "ann" });
  before.complete(SessionEndReason.USER_EXIT);
  await vi.advanceTimersByTimeAsync(300);
  viewer = "bob";
  service.failure = undefined;
  const after = await record(open(), { viewer: "bob", continues: before.recordId });
  after.complete(SessionEndReason.USER_EXIT);
  await vi.runAllTimersAsync();

  expect(after.recordId).not.toBe(before.recordId);
  expect(service.starts.map(({ authorization }) => authorization).sort()).toEqual(["", "viewer"]);
});

test("a session that the service does not know any more is given up", async () => {
  const recorder = await record(open());
  recorder.play();
  await vi.advanceTimersByTimeAsync(1_000);
  const details = create(ErrorInfoSchema, { domain: "moviesnow", reason: "SESSION_NOT_FOUND" });
  service.failure = new ConnectError("gone", Code.NotFound, undefined, [{ desc: ErrorInfoSchema, value: details }]);
  recorder.complete(SessionEndReason.USER_EXIT);
  await vi.runAllTimersAsync();

  expect(storage.length).toBe(0);
});

test("a deployment that wants nothing of anonymous viewers is asked once", async () => {
  service.failure = new ConnectError("sign in", Code.Unauthenticated);
  const recorder = await record(open());
  recorder.play();
  recorder.complete(SessionEndReason.COMPLETED);
  await vi.runAllTimersAsync();

  expect(storage.length).toBe(0);
});

test("heartbeats come while it plays, and not while it is paused", async () => {
  const recorder = await record(open());
  recorder.changeQuality("variant", 900_000);
  recorder.play();
  await vi.advanceTimersByTimeAsync(35_000);
  const playing = types().filter((type) => type === EventType.HEARTBEAT).length;
  recorder.pause();
  await vi.advanceTimersByTimeAsync(60_000);

  expect(playing).toBeGreaterThanOrEqual(1);
  expect(types().filter((type) => type === EventType.HEARTBEAT)).toHaveLength(playing);
  expect(service.stored.get(1)).toMatchObject({ variantId: "variant", bitrateBps: 900_000n });
  recorder.complete(SessionEndReason.USER_EXIT);
});
