import { create, timestampFromMs, type Clients } from "@moviesnow/client";
import { PlaybackGrantSchema, RenewPlaybackResponseSchema, type PlaybackGrant } from "@moviesnow/client/delivery";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GrantKeeper } from "../src/player/grant";

/** The service's clock is years from the viewer's. */
const serverNow = 1_900_000_000_000;

const grant = (name: string): PlaybackGrant =>
  create(PlaybackGrantSchema, {
    mediaBaseUrl: `https://cdn/${name}/`,
    ttlSeconds: 600,
    renewTime: timestampFromMs(serverNow + 400_000),
    expireTime: timestampFromMs(serverNow + 600_000),
    renewalToken: `token of ${name}`,
  });

const renew = vi.fn();
const lost = vi.fn();
const keep = () => new GrantKeeper({ renewPlayback: renew } as unknown as Clients["playback"], grant("a"), { lost });

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 });
  renew.mockReset().mockResolvedValue(create(RenewPlaybackResponseSchema, { grant: grant("b") }));
  lost.mockReset();
});

afterEach(() => vi.useRealTimers());

test("a grant is renewed when it says, whatever the viewer's clock shows", async () => {
  const keeper = keep();
  await vi.advanceTimersByTimeAsync(399_000);
  expect(renew).not.toHaveBeenCalled();
  expect(keeper.addressOf("https://cdn/a/hls/1.m4s")).toBe("https://cdn/a/hls/1.m4s");

  await vi.advanceTimersByTimeAsync(2_000);

  expect(renew).toHaveBeenCalledExactlyOnceWith({ renewalToken: "token of a" });
  expect(keeper.addressOf("https://cdn/a/hls/1.m4s")).toBe("https://cdn/b/hls/1.m4s");
  expect(keeper.addressOf("https://elsewhere/x")).toBe("https://elsewhere/x");
  keeper.stop();
});

test("a service that is away is asked again", async () => {
  renew.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  const keeper = keep();
  await vi.advanceTimersByTimeAsync(405_000);

  expect(renew).toHaveBeenCalledTimes(2);
  expect(lost).not.toHaveBeenCalled();
  keeper.stop();
});

test("a refusal is told", async () => {
  renew.mockRejectedValue(new Error("refused"));
  keep();
  await vi.advanceTimersByTimeAsync(405_000);

  expect(lost).toHaveBeenCalledOnce();
});

test("who asks while it is being renewed shares the answer, and nobody renews after the end", async () => {
  const keeper = keep();
  await Promise.all([keeper.renew(), keeper.renew()]);
  expect(renew).toHaveBeenCalledOnce();

  keeper.stop();
  await vi.advanceTimersByTimeAsync(1_000_000);
  expect(renew).toHaveBeenCalledOnce();
});
