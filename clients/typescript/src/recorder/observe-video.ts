import { SessionEndReason } from "../gen/moviesnow/telemetry/v1/session_pb.js";
import type { PlaybackRecorder } from "./recorder.js";

/**
 * Tells a recorder what a media element does: first picture, pauses, jumps, stalls, speed, end, and the page's coming and going. What a
 * player library alone knows (quality, errors) is told by the caller. Returns what ends it.
 */
export function observeVideo(video: HTMLVideoElement, recorder: PlaybackRecorder): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const on = (target: EventTarget, type: string, listener: () => void) => target.addEventListener(type, listener, { signal });
  let lastMs = 0;
  let rate = video.playbackRate;
  // A jump is told when it has arrived: one that is dragged along the time line is one jump. The stall that belongs to it follows it.
  let jump: { fromMs: number; at: number; stalledAt?: number } | undefined;
  const nowMs = () => Math.round(video.currentTime * 1_000);
  const finishJump = () => {
    if (!jump) return;
    const { fromMs, at, stalledAt } = jump;
    jump = undefined;
    recorder.seek(fromMs, nowMs(), at);
    if (stalledAt !== undefined) recorder.bufferingStart(stalledAt);
    lastMs = nowMs();
  };

  on(video, "timeupdate", () => {
    if (!video.seeking) lastMs = nowMs();
  });
  on(video, "seeking", () => {
    if (recorder.hasStarted) jump ??= { fromMs: lastMs, at: Date.now() };
  });
  on(video, "seeked", finishJump);
  on(video, "waiting", () => {
    if (!jump) recorder.bufferingStart();
    else if (!video.paused) jump.stalledAt ??= Date.now();
  });
  on(video, "playing", () => {
    finishJump();
    if (!recorder.hasStarted) recorder.play();
    recorder.bufferingEnd();
    recorder.resume();
  });
  on(video, "pause", () => {
    // At the end browsers tell a pause first.
    if (!video.ended) recorder.pause();
  });
  on(video, "ratechange", () => {
    if (video.playbackRate === rate || video.playbackRate === 0) return;
    rate = video.playbackRate;
    recorder.changeRate(rate);
  });
  on(video, "ended", () => recorder.complete(SessionEndReason.COMPLETED));
  on(document, "visibilitychange", () => recorder.changeVisibility(document.visibilityState === "hidden"));
  on(globalThis, "pagehide", () => {
    finishJump();
    recorder.leavePage();
  });
  return () => {
    finishJump();
    stopping.abort();
  };
}
