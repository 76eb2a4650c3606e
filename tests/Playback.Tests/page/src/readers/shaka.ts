import "./globals";
import shaka from "shaka-player/dist/shaka-player.compiled-es2021.debug.js";
import { codecsOf, type Rendition, type Seen } from "./seen";

const MediaPlaylist = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:6", '#EXT-X-MAP:URI="i.mp4"', "#EXTINF:6,", "1.m4s", "#EXT-X-ENDLIST", ""].join("\n");

// Shaka reads a playlist over its network: ours has the text, and the same media playlist for whatever it names.
export async function readWithShaka(text: string, base: string): Promise<Seen> {
  const errors: string[] = [];
  const note = (message: unknown) => void errors.push(String(message));
  const { error, warn, info, log } = console;
  Object.assign(console, { error: note, warn: note, info() {}, log() {} });
  shaka.net.NetworkingEngine.registerScheme("http", (uri: string) =>
    shaka.util.AbortableOperation.completed({
      uri,
      originalUri: uri,
      data: new TextEncoder().encode(uri === base ? text : MediaPlaylist).buffer,
      headers: { "content-type": uri.endsWith(".m3u8") ? "application/vnd.apple.mpegurl" : "video/mp4" },
      status: 200,
    }),
  );
  const defaults = shaka.util.PlayerConfiguration.createDefault();
  const network = new shaka.net.NetworkingEngine();
  network.configure(defaults.networking);
  const parser = new shaka.hls.HlsParser();
  parser.configure(defaults.manifest, () => false);
  try {
    const manifest = await parser.start(base, {
      networkingEngine: network,
      filter: async () => {},
      makeTextStreamsForClosedCaptions() {},
      onTimelineRegionAdded() {},
      onEvent() {},
      onError: note,
      isLowLatencyMode: () => false,
      updateDuration() {},
      newDrmInfo() {},
      onManifestUpdated() {},
      getBandwidthEstimate: () => 1e6,
      onMetadata: async () => {},
      disableStream() {},
      addFont() {},
      getStreamingRetryParameters: () => shaka.net.NetworkingEngine.defaultRetryParameters(),
    });
    return { ...seenIn(manifest), errors };
  } finally {
    await parser.stop();
    Object.assign(console, { error, warn, info, log });
  }
}

function seenIn(manifest: any): Omit<Seen, "errors"> {
  // A variant of Shaka's is one video with one audio.
  const rendition = (stream: any): Rendition => ({
    group: stream.groupId ?? "",
    name: stream.label ?? "",
    language: stream.originalLanguage ?? stream.language,
    isDefault: stream.primary,
  });
  const audio = new Map<number, any>(manifest.variants.filter((one: any) => one.audio).map((one: any) => [one.audio.id, one.audio]));
  return {
    streams: manifest.variants.map((one: any) => ({
      uri: "",
      bandwidth: one.bandwidth,
      width: one.video?.width ?? 0,
      height: one.video?.height ?? 0,
      codecs: codecsOf([one.video?.codecs, one.audio?.codecs].filter(Boolean).join(",")),
      audioGroup: one.audio?.groupId ?? "",
    })),
    audio: [...audio.values()].map(rendition),
    subtitles: manifest.textStreams.map(rendition),
    keys: [...new Set<string>(manifest.variants.flatMap((one: any) => [...(one.video?.drmInfos ?? []), ...(one.audio?.drmInfos ?? [])].map((info: any) => info.keySystem)))],
  };
}
