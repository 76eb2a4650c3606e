import "./globals";
import Hls, { type ManifestLoadedData, type MediaPlaylist } from "hls.js";
import { codecsOf, type Seen } from "./seen";

// Until its manifest is loaded hls.js needs no media source, only the text from its loader.
export function readWithHls(text: string, base: string): Promise<Seen> {
  const errors: string[] = [];
  const note = (...message: unknown[]) => void errors.push(message.join(" "));
  const ignore = () => {};
  class Loader {
    context = null;
    stats = { loading: { start: 0, first: 0, end: 0 }, parsing: { start: 0, end: 0 }, buffering: { start: 0, first: 0, end: 0 } };
    load(context: any, _: unknown, callbacks: any) {
      queueMicrotask(() => callbacks.onSuccess({ url: base, data: text }, this.stats, context, null));
    }
    abort() {}
    destroy() {}
  }
  const hls = new Hls({
    pLoader: Loader as any,
    enableWorker: false,
    autoStartLoad: false,
    debug: { trace: ignore, debug: ignore, log: ignore, info: ignore, warn: note, error: note },
  });
  return new Promise<Seen>((resolve) => {
    const seen = (data?: ManifestLoadedData) => {
      const keys = (data?.sessionKeys ?? []).map((key) => `${key.method} ${key.keyFormat}`);
      resolve({ errors: [...errors], streams: data ? streamsOf(data) : [], audio: renditions(data?.audioTracks), subtitles: renditions(data?.subtitles), keys });
    };
    hls.on(Hls.Events.ERROR, (_, data) => (note(data.details, data.error?.message), data.fatal && seen()));
    hls.on(Hls.Events.MANIFEST_LOADED, (_, data) => seen(data));
    hls.loadSource(base);
  });
}

const streamsOf = (data: ManifestLoadedData) =>
  data.levels.map((level) => ({
    uri: level.url,
    bandwidth: level.bitrate,
    width: level.width ?? 0,
    height: level.height ?? 0,
    codecs: codecsOf([level.videoCodec, level.audioCodec, ...(level.unknownCodecs ?? [])].filter(Boolean).join(",")),
    audioGroup: level.attrs.AUDIO ?? "",
  }));

const renditions = (list: MediaPlaylist[] | undefined) =>
  (list ?? []).map((one) => ({ group: one.groupId, name: one.name, language: one.lang ?? "", isDefault: one.default }));
