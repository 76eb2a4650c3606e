// A page on which players of three makes play and report by CMCD: with their requests, and by events of their own.
import * as dashjs from "dashjs";
import Hls from "hls.js";
import shaka from "shaka-player/dist/shaka-player.compiled-es2021.debug.js";

interface Report {
  sid: string;
  cid: string;
  version: 1 | 2;
  useHeaders: boolean;
  // Where events go; none when empty.
  target: string;
}

const events = ["ps", "e", "t", "bc", "pr", "b", "rr"];
const keys = ["bg", "bl", "br", "bs", "bsd", "cid", "d", "e", "ec", "msd", "mtp", "ot", "pb", "pr", "pt", "rc", "sf", "sid", "sn", "st", "sta", "su", "tb", "ts", "url", "v"];
const video = () => document.querySelector("video")!;
const failures: string[] = [];

// Quick, for a test; and so that the rate is reported.
const Rate = 3;

const players: Record<string, (address: string, report: Report) => Promise<() => unknown>> = {
  async hls(address, { sid, cid, version, useHeaders, target }) {
    const eventTargets = target ? [{ url: target, events: events as any, includeKeys: keys as any, interval: 1, batchSize: 1 }] : [];
    const hls = new Hls({ startLevel: 0, cmcd: { sessionId: sid, contentId: cid, version, useHeaders, eventTargets } });
    hls.on(Hls.Events.ERROR, (_, data) => data.fatal && failures.push(data.details));
    hls.loadSource(address);
    hls.attachMedia(video());
    return () => hls.destroy();
  },
  async shaka(address, { sid, cid, version, useHeaders, target }) {
    const player = new shaka.Player();
    player.addEventListener("error", (event: any) => failures.push(String(event.detail?.code)));
    player.configure({
      cmcd: {
        enabled: true, sessionId: sid, contentId: cid, version, useHeaders,
        eventTargets: target ? [{ enabled: true, mode: "event", url: target, events, includeKeys: keys, interval: 1, batchSize: 1 }] : [],
      },
    });
    await player.attach(video());
    await player.load(address);
    return () => player.destroy();
  },
  async dash(address, { sid, cid, version, useHeaders, target }) {
    const player = dashjs.MediaPlayer().create();
    player.on("error", (event: any) => failures.push(String(event.error?.code)));
    player.updateSettings({
      streaming: {
        cmcd: {
          enabled: true, sid, cid, version, mode: (useHeaders ? "headers" : "query") as any,
          includeInRequests: ["segment", "mpd"],
          eventTargets: target ? [{ enabled: true, url: target, events, enabledKeys: keys, interval: 1, batchSize: 1 }] : [],
        },
      },
    });
    player.initialize(video(), address, true);
    return () => player.destroy();
  },
};

Object.assign(window, {
  // Plays to the end with a pause and a jump on the way; then the player has time to report that.
  async play(name: string, address: string, report: Report) {
    shaka.polyfill.installAll();
    const stop = await players[name]!(address, report);
    const goOn = () => void video().play().catch(() => {});
    // By the state, not by events: each player has its own order of them, and some pause and play by themselves.
    const when = async (isReached: () => boolean) => {
      while (!isReached()) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    const moves = async () => {
      const from = video().currentTime;
      await when(() => (video().paused && goOn(), video().currentTime > from));
    };
    await moves();
    video().playbackRate = Rate;
    video().pause();
    await when(() => video().paused);
    // A moment, so that the pause is told.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await moves();
    video().currentTime = 6;
    await when(() => !video().seeking);
    await when(() => (video().paused && !video().ended && goOn(), video().ended));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await stop();
    return failures;
  },
});
