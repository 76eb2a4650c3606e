import { Code, type RpcFailure } from "@moviesnow/client";
import { describe, expect, test } from "vitest";
import { draw } from "../src/pure/art";
import { bytes, clock, fromLocal, runtime, span, toLocal } from "../src/pure/format";
import { isResumable, latest, resumePosition, type Stop } from "../src/pure/resume";
import { errorCode, explain } from "../src/pure/words";
import { readThumbnails, thumbnailAt } from "../src/pure/thumbnails";
import { bucketsFor, fill, spanBetween, spanProblem, spanUntil } from "../src/ops/measures";
import { configFrom, securityPolicy } from "../server/settings";

describe("format", () => {
  test.each([
    [0, "0 bytes"],
    [999, "999 bytes"],
    [1_000, "1 kB"],
    [999_499, "999 kB"],
    [999_500, "1 MB"],
    [1_236_000_000n, "1.24 GB"],
    [6_000_000_000_000_000n, "6000 TB"],
  ])("%s bytes are %s", (size, text) => expect(bytes(size)).toBe(text));

  test.each([
    [NaN, "0:00"],
    [-1, "0:00"],
    [245.9, "4:05"],
    [3_845, "1:04:05"],
  ])("%s seconds are %s", (seconds, text) => expect(clock(seconds)).toBe(text));

  test.each([
    [0, ""],
    [400, "1 s"],
    [12_000, "12 s"],
    [2_880_000n, "48 min"],
    [7_200_000, "2 h"],
    [6_720_000, "1 h 52 min"],
  ])("a running time of %s ms is %s", (time, text) => expect(runtime(time)).toBe(text));

  test("spans have one unit", () => expect([820, 1_400, 192_000, 18_360_000].map(span)).toEqual(["820 ms", "1.4 s", "3.2 min", "5.1 h"]));
});

describe("resume", () => {
  const film = { positionMs: 600_000, durationMs: 6_000_000, isCompleted: false };

  test.each([
    ["in the middle", film, 597_000],
    ["just begun", { ...film, positionMs: 14_999 }, 0],
    ["begun", { ...film, positionMs: 15_000 }, 12_000],
    ["in the credits", { ...film, positionMs: 5_700_000 }, 0],
    ["watched to the end", { ...film, isCompleted: true }, 0],
    ["of unknown length", { ...film, durationMs: 0 }, 597_000],
    ["in a short clip", { ...film, positionMs: 2_000, durationMs: 12_000 }, 0],
    ["later in a short clip", { ...film, positionMs: 7_000, durationMs: 12_000 }, 4_000],
  ])("%s", (_, stop, expected) => expect(resumePosition(stop)).toBe(expected));

  test("a short clip counts as begun after a tenth", () => {
    expect(isResumable({ positionMs: 1_199, durationMs: 12_000, isCompleted: false })).toBe(false);
    expect(isResumable({ positionMs: 1_200, durationMs: 12_000, isCompleted: false })).toBe(true);
  });

  test("nothing stopped begins at the beginning", () => expect(resumePosition(undefined)).toBe(0));

  test("the newest stop of each title is offered", () => {
    const stop = (titleId: string, episodeId: string, at: number, isCompleted = false): Stop => ({ ...film, titleId, episodeId, at, isCompleted });
    const stops = [stop("a", "1", 1), stop("b", "", 3), stop("a", "2", 2), stop("c", "", 9, true)];

    expect(latest(stops).map(({ titleId, episodeId }) => titleId + episodeId)).toEqual(["b", "a2"]);
  });
});

describe("words", () => {
  const failure = (code: Code, more: Partial<RpcFailure> = {}): RpcFailure =>
    ({ code, reason: "", message: "", metadata: {}, fields: [], isTransient: false, ...more });

  test("a viewer elsewhere is told of the country", () => {
    expect(explain(failure(Code.NotFound, { reason: "TITLE_NOT_FOUND" })).text).toContain("country");
    expect(explain(failure(Code.PermissionDenied, { reason: "NOT_AVAILABLE" })).text).toContain("country");
  });

  test("a missing CDN is told to whoever runs the site", () =>
    expect(explain(failure(Code.FailedPrecondition, { reason: "PLAYBACK_PROTECTION_NOT_CONFIGURED" })).text).toContain("Delivery:Playback"));

  test("a wait is told in seconds or minutes, where waiting helps", () => {
    expect(explain(failure(Code.ResourceExhausted, { reason: "RATE_LIMITED", retryAfterMs: 2_100 })).text).toMatch(/\(3 s\)$/);
    expect(explain(failure(Code.ResourceExhausted, { reason: "OVERLOADED", retryAfterMs: 180_000 })).text).toMatch(/\(3 min\)$/);
  });

  test("a network that fails may be tried again, a refusal not", () => {
    expect(explain(failure(Code.Unavailable)).canRetry).toBe(true);
    expect(explain(failure(Code.PermissionDenied)).canRetry).toBe(false);
  });

  test("a defect is told with what finds it in the log", () =>
    expect(explain(failure(Code.Internal, { reason: "INTERNAL", metadata: { correlation_id: "abc" } })).text).toContain("abc"));

  test("names of failures become codes", () => {
    expect(errorCode("fragLoadError")).toBe("FRAG_LOAD_ERROR");
    expect(errorCode("a".repeat(100))).toHaveLength(64);
    expect(errorCode("")).toBe("UNKNOWN");
  });
});

describe("drawn pictures", () => {
  test("the same name gives the same picture, another one another", () => {
    expect(draw("Harbour Lights")).toEqual(draw("Harbour Lights"));
    expect(draw("Harbour Lights").from).not.toBe(draw("Night Ferry").from);
  });

  test.each([
    ["Harbour Lights", "HL"],
    ["The Second Ferry", "SF"],
    ["über Sylt", "ÜS"],
    ["2001", "2"],
    ["The", "T"],
    ["", ""],
  ])("%s has the letters %s", (name, letters) => expect(draw(name).initials).toBe(letters));
});

describe("quality over time", () => {
  test("buckets suit the span", () => {
    expect(bucketsFor(3_600_000).map(({ name }) => name)).toEqual(["Minutes", "Hours"]);
    expect(bucketsFor(30 * 86_400_000).map(({ name }) => name)).toEqual(["Hours", "Days"]);
  });

  test("ends are full buckets that have the present in them", () =>
    expect(spanUntil(10_000_001, 3_600_000, 60_000)).toEqual({ fromMs: 6_420_000, untilMs: 10_020_000 }));

  test("what was not told is there and empty", () =>
    expect(fill([{ atMs: 60_000, value: "x" }], 0, 180_000, 60_000)).toEqual([
      { atMs: 0, value: undefined },
      { atMs: 60_000, value: "x" },
      { atMs: 120_000, value: undefined },
    ]));
});

describe("settings", () => {
  const config = configFrom({
    MOVIESNOW_CATALOG_URL: "http://c:1/",
    MOVIESNOW_DELIVERY_URL: "http://d:2",
    MOVIESNOW_TELEMETRY_URL: "http://t:3",
    MOVIESNOW_MEDIA_URL: "http://m:4/media/",
  });

  test("addresses end without a slash", () =>
    expect(config).toEqual({ catalogUrl: "http://c:1", deliveryUrl: "http://d:2", telemetryUrl: "http://t:3", mediaUrl: "http://m:4/media" }));

  test("the policy admits the services and the CDN, and no script but the site's own", () => {
    const policy = securityPolicy(config);
    expect(policy).toContain("connect-src 'self' http://c:1 http://d:2 http://t:3 http://m:4;");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("img-src 'self' data: http://m:4;");
  });
});

describe("a time of one's own", () => {
  const day = 86_400_000;
  test.each([
    [0, 0, "Until must be later than from."],
    [NaN, 1, "From and until must be dates with times."],
    [0, 31 * day, ""],
    [0, 31 * day + 60_000, "From and until may be 31 days apart at most."],
  ])("from %s until %s", (from, until, problem) => expect(spanProblem(from, until)).toBe(problem));

  test("is widened to full buckets, and never beyond 31 days", () => {
    expect(spanBetween(day + 5, 2 * day + 5, day)).toEqual({ fromMs: day, untilMs: 3 * day });
    expect(spanBetween(5, 31 * day, day)).toEqual({ fromMs: 0, untilMs: 31 * day });
    expect(spanBetween(day + 5, 32 * day + 5, day)).toEqual({ fromMs: day, untilMs: 32 * day });
  });

  test("goes through a field and back to the minute", () => {
    const moment = Date.UTC(2026, 10, 27, 14, 5);
    expect(fromLocal(toLocal(moment))).toBe(moment);
    expect(fromLocal("")).toBeNaN();
  });
});

describe("thumbnails", () => {
  const file = `WEBVTT

00:00:00.000 --> 00:00:02.000
sprite_001.jpg#xywh=0,0,160,90

00:02.000 --> 01:00:04.500
sprite_002.jpg#xywh=160,90,160,90

00:00:05.000 --> 00:00:06.000
A cue of another kind
`;
  const read = readThumbnails(file, "https://cdn/grant/hls/film/package_1/thumbnails/thumbnails.vtt");

  test("are parts of pictures beside the file", () => {
    expect(read).toHaveLength(2);
    expect(read[0]).toEqual({
      startSeconds: 0, endSeconds: 2, address: "https://cdn/grant/hls/film/package_1/thumbnails/sprite_001.jpg", x: 0, y: 0, width: 160, height: 90,
    });
    expect(read[1]).toMatchObject({ startSeconds: 2, endSeconds: 3_604.5, x: 160, y: 90 });
  });

  test.each([
    [0, 0],
    [1.999, 0],
    [2, 1],
    [3_700, 1],
  ])("at %s seconds it is number %s", (seconds, index) => expect(thumbnailAt(read, seconds)).toBe(read[index]));

  test("of nothing are none", () => {
    expect(thumbnailAt([], 1)).toBeUndefined();
    expect(readThumbnails("<html>", "https://cdn/x")).toEqual([]);
  });
});
