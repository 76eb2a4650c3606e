import { beforeEach, expect, test, vi } from "vitest";
import { press, type KeyTarget } from "../src/player/keys";

let target: KeyTarget & { video: { paused: boolean; currentTime: number; duration: number; volume: number; muted: boolean } };

beforeEach(() => {
  const video = { paused: true, currentTime: 50, duration: 100, volume: 0.5, muted: false, play: vi.fn(async () => {}), pause: vi.fn() };
  target = { video: video as never, toggleFullScreen: vi.fn(), toggleSubtitles: vi.fn(), toggleHelp: vi.fn() };
});

const element = (tagName: string, type = "") => ({ tagName, type, closest: () => null }) as unknown as EventTarget;
const type = (key: string, more: { target?: EventTarget; ctrlKey?: boolean } = {}) =>
  press({ key, ctrlKey: false, metaKey: false, altKey: false, target: element("BODY"), ...more }, target);

test.each([
  ["ArrowLeft", 45],
  ["ArrowRight", 55],
  ["j", 40],
  ["l", 60],
  ["0", 0],
  ["7", 70],
])("%s goes to %s", (key, position) => {
  expect(type(key)).toBe(true);
  expect(target.video.currentTime).toBe(position);
});

test("jumps end where the film does", () => {
  target.video.currentTime = 98;
  type("l");
  expect(target.video.currentTime).toBe(100);
  target.video.currentTime = 2;
  type("j");
  expect(target.video.currentTime).toBe(0);
});

test("space and k play and pause", () => {
  type(" ");
  expect(target.video.play).toHaveBeenCalledOnce();
  target.video.paused = false;
  type("K");
  expect(target.video.pause).toHaveBeenCalledOnce();
});

test("louder is heard", () => {
  target.video.muted = true;
  type("ArrowUp");
  expect([target.video.volume.toFixed(1), target.video.muted]).toEqual(["0.6", false]);
});

test("m, c, f and ? do what the help says", () => {
  for (const key of ["m", "c", "f", "?"]) type(key);
  expect(target.video.muted).toBe(true);
  for (const toggle of [target.toggleSubtitles, target.toggleFullScreen, target.toggleHelp]) expect(toggle).toHaveBeenCalledOnce();
});

test.each([
  ["a search field", "k", { target: element("INPUT", "search") }],
  ["a menu", "ArrowDown", { target: element("SELECT") }],
  ["a slider", "ArrowLeft", { target: element("INPUT", "range") }],
  ["a button", " ", { target: element("BUTTON") }],
  ["the browser", "f", { ctrlKey: true }],
])("a key that is meant for %s is left alone", (_, key, more) => {
  expect(type(key, more)).toBe(false);
  expect(target.video.currentTime).toBe(50);
});
