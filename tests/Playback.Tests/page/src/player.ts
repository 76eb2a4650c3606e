// A page that plays a playlist with hls.js and goes through all its levels, the lowest first.
import Hls from "hls.js";

const report = { levels: [] as number[], switched: [] as number[], fatal: [] as string[], ended: false, pictures: [] as string[], sound: 0, duration: 0, at: 0 };
const waiting: { level: number; resolve: () => void }[] = [];
const video = () => document.querySelector("video")! as HTMLVideoElement & { webkitAudioDecodedByteCount: number };
// What URLs of media began with, and begin with since the grant was renewed.
let grant = { old: "", current: "" };
let finish: () => void;
const finished = new Promise<void>((resolve) => (finish = resolve));

Object.assign(window, {
  start(address: string, media = "") {
    grant = { old: media, current: media };
    const xhrSetup = (request: XMLHttpRequest, url: string) => {
      if (grant.current !== grant.old && url.startsWith(grant.old)) request.open("GET", grant.current + url.slice(grant.old.length));
    };
    const hls = new Hls({ xhrSetup, startLevel: 0, maxBufferLength: 2, maxMaxBufferLength: 4, backBufferLength: 4 });
    const show = (text: string) => (document.querySelector("p")!.textContent = text);
    hls.on(Hls.Events.ERROR, (_, data) => {
      if (!data.fatal) return;
      report.fatal.push(`${data.details} ${data.error?.message}`);
      finish();
    });
    hls.on(Hls.Events.MANIFEST_PARSED, (_, data) => {
      report.levels = data.levels.map((level) => level.height);
      // A level of our choice, so that no measured bandwidth has a say.
      hls.loadLevel = 0;
    });
    hls.on(Hls.Events.LEVEL_SWITCHED, (_, data) => {
      const height = hls.levels[data.level]!.height;
      report.switched.push(height);
      show(`${height} lines of ${report.levels.join(", ")} · ${hls.levels[data.level]!.attrs.CODECS}`);
      if (data.level + 1 < hls.levels.length) hls.nextLevel = data.level + 1;
    });
    video().addEventListener("resize", () => {
      const { videoWidth, videoHeight } = video();
      report.pictures.push(`${videoWidth}x${videoHeight}`);
      for (const one of waiting) if (one.level === videoHeight) one.resolve();
    });
    video().addEventListener("ended", () => {
      // A machine under load may come to the end of a short film before the highest level is there: then it plays once more.
      if (video().videoHeight < Math.max(...report.levels)) {
        video().currentTime = 0;
        void video().play();
        return;
      }
      report.ended = true;
      finish();
    });
    hls.loadSource(address);
    hls.attachMedia(video());
    void video().play();
  },

  // All that is read from now on is read with another grant.
  renewed(media: string) {
    grant.current = media;
  },

  // Resolves when a picture of so many lines is shown.
  shown: (level: number) => (video().videoHeight === level ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ level, resolve }))),

  async finished() {
    await finished;
    return { ...report, sound: video().webkitAudioDecodedByteCount, duration: video().duration || 0, at: video().currentTime };
  },
});
