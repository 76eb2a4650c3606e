import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { observeVideo } from "../src/recorder/observe-video.js";
import type { PlaybackRecorder } from "../src/recorder/recorder.js";

class Video extends EventTarget {
  currentTime = 0;
  paused = false;
  ended = false;
  seeking = false;
  playbackRate = 1;

  tell(type: string, at?: number): void {
    if (at !== undefined) this.currentTime = at;
    this.dispatchEvent(new Event(type));
  }
}

let video: Video;
let told: unknown[][];
let page: EventTarget;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 });
  [video, told, page] = [new Video(), [], new EventTarget()];
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  const recorder = new Proxy({ hasStarted: false } as Record<string, unknown>, {
    get: (target, name: string) =>
      name === "hasStarted"
        ? target.hasStarted
        : (...values: unknown[]) => {
            if (name === "play") target.hasStarted = true;
            told.push([name, ...values]);
          },
  });
  observeVideo(video as unknown as HTMLVideoElement, recorder as unknown as PlaybackRecorder);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const told_ = () => told.filter(([name]) => name !== "resume" && name !== "bufferingEnd");

test("the first picture is a play, also when it began elsewhere than at the beginning", () => {
  video.tell("seeking", 60);
  video.tell("seeked");
  video.tell("waiting");
  video.tell("playing");

  expect(told_()).toEqual([["bufferingStart"], ["play"]]);
});

test("a jump that is dragged is one jump, and its stall follows it", () => {
  video.tell("playing");
  video.tell("timeupdate", 10);
  video.tell("seeking", 20);
  vi.advanceTimersByTime(100);
  video.tell("waiting");
  video.tell("seeking", 40);
  vi.advanceTimersByTime(400);
  video.tell("seeked");
  video.tell("playing");

  expect(told_()).toEqual([["play"], ["seek", 10_000, 40_000, 1_000], ["bufferingStart", 1_100]]);
  expect(told.at(-2)).toEqual(["bufferingEnd"]);
});

test("the pause that browsers tell before the end is none", () => {
  video.tell("playing");
  video.ended = true;
  video.tell("pause");
  video.tell("ended");

  expect(told_()).toEqual([["play"], ["complete", 1]]);
});

test("speed is told when it is another one", () => {
  video.tell("playing");
  video.tell("ratechange");
  video.playbackRate = 2;
  video.tell("ratechange");

  expect(told_()).toEqual([["play"], ["changeRate", 2]]);
});
