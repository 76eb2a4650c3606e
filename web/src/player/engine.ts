import type Hls from "hls.js";
import type { ErrorData } from "hls.js";

/** A choice in a menu. */
export interface Choice {
  id: number;
  name: string;
  language: string;
}

export interface Quality extends Choice {
  height: number;
  bitrateBps: number;
}

/** What the engine tells while it plays. */
export interface EngineEvents {
  /** What there is to choose from has changed, or what is chosen. */
  changed: () => void;
  /** Another quality is on the screen. */
  quality: (quality: Quality) => void;
  /** Something failed and is being mended. */
  trouble: (details: string) => void;
  /** It cannot go on. `isNetwork` when the network or the CDN is to blame. */
  failed: (details: string, isNetwork: boolean) => void;
}

/** Plays a playlist in a media element. */
export interface Engine {
  qualities: Quality[];
  /** Chosen quality; -1 when it follows the network. */
  quality: number;
  audioTracks: Choice[];
  audioTrack: number;
  subtitles: Choice[];
  /** -1 for none. */
  subtitle: number;
  chooseQuality(id: number): void;
  chooseAudio(id: number): void;
  chooseSubtitle(id: number): void;
  load(address: string, startSeconds: number): void;
  destroy(): void;
}

export interface EngineOptions {
  video: HTMLVideoElement;
  events: EngineEvents;
  /** The address to read instead of one that the playlist names. */
  addressOf: (url: string) => string;
  /** Renews the permission to read; asked when the CDN refuses. */
  renew: () => Promise<void>;
}

/** Failures that players get over by themselves, many times in a film. */
const usual = new Set(["bufferStalledError", "bufferSeekOverHole", "bufferNudgeOnStall", "bufferFullError"]);
const refused = new Set([401, 403, 410]);

/** hls.js where there are Media Source Extensions, else the browser's own player. */
export async function openEngine(options: EngineOptions): Promise<Engine | undefined> {
  const { default: HlsPlayer } = await import("hls.js");
  if (HlsPlayer.isSupported()) return new HlsEngine(HlsPlayer, options);
  return options.video.canPlayType("application/vnd.apple.mpegurl") ? new NativeEngine(options) : undefined;
}

class HlsEngine implements Engine {
  private readonly hls: Hls;
  private mended = 0;

  constructor(
    player: typeof Hls,
    private readonly options: EngineOptions,
  ) {
    const { events, video } = options;
    this.hls = new player({
      xhrSetup: (request, url) => {
        const address = options.addressOf(url);
        if (address !== url) request.open("GET", address);
      },
      capLevelToPlayerSize: true,
      backBufferLength: 60,
      renderTextTracksNatively: true,
      subtitlePreference: { default: true },
    });
    const { LEVEL_SWITCHED, ERROR, ...all } = player.Events;
    const changes = [
      all.MANIFEST_PARSED, all.AUDIO_TRACKS_UPDATED, all.AUDIO_TRACK_SWITCHED, all.SUBTITLE_TRACKS_UPDATED, all.SUBTITLE_TRACK_SWITCH,
    ] as const;
    for (const event of changes) {
      this.hls.on(event, () => events.changed());
    }
    this.hls.on(LEVEL_SWITCHED, (_, { level }) => {
      const quality = this.qualities.find(({ id }) => id === level);
      if (quality) events.quality(quality);
      events.changed();
    });
    this.hls.on(ERROR, (_, data) => this.onError(data, player));
    this.hls.attachMedia(video);
  }

  get qualities(): Quality[] {
    return this.hls.levels.map((level, id) => ({
      id,
      name: `${level.height}p`,
      language: "",
      height: level.height,
      bitrateBps: level.averageBitrate || level.bitrate,
    }));
  }

  get quality(): number {
    return this.hls.autoLevelEnabled ? -1 : this.hls.nextLevel;
  }

  get audioTracks(): Choice[] {
    return this.hls.audioTracks.map((track, id) => ({ id, name: track.name, language: track.lang ?? "" }));
  }

  get audioTrack(): number {
    return this.hls.audioTrack;
  }

  get subtitles(): Choice[] {
    return this.hls.subtitleTracks.map((track, id) => ({ id, name: track.name, language: track.lang ?? "" }));
  }

  get subtitle(): number {
    return this.hls.subtitleTrack;
  }

  chooseQuality(id: number): void {
    // What is on its way is played; the next segment has the other quality.
    this.hls.nextLevel = id;
    this.options.events.changed();
  }

  chooseAudio(id: number): void {
    this.hls.audioTrack = id;
  }

  chooseSubtitle(id: number): void {
    this.hls.subtitleDisplay = id >= 0;
    this.hls.subtitleTrack = id;
  }

  load(address: string, startSeconds: number): void {
    this.mended = 0;
    this.hls.config.startPosition = startSeconds > 0 ? startSeconds : -1;
    this.hls.loadSource(address);
  }

  destroy(): void {
    this.hls.destroy();
  }

  private onError(data: ErrorData, player: typeof Hls): void {
    const { events } = this.options;
    const isRefused = refused.has(data.response?.code ?? 0);
    if (!data.fatal) {
      if (isRefused) void this.options.renew();
      if (!usual.has(data.details)) events.trouble(data.details);
      return;
    }
    this.mended += 1;
    const isNetwork = data.type === player.ErrorTypes.NETWORK_ERROR;
    if (this.mended > 3) return events.failed(data.details, isNetwork);
    if (isRefused && this.hls.levels.length > 0) {
      events.trouble(data.details);
      void this.options.renew().then(() => this.hls.startLoad());
    } else if (data.type === player.ErrorTypes.MEDIA_ERROR) {
      events.trouble(data.details);
      this.hls.recoverMediaError();
    } else {
      events.failed(data.details, isNetwork);
    }
  }
}

/** The browser's own player reads the playlist as it is, so its grant has to last. */
class NativeEngine implements Engine {
  readonly qualities: Quality[] = [];
  readonly quality = -1;
  private readonly stopping = new AbortController();

  constructor(private readonly options: EngineOptions) {
    const { video, events } = options;
    const { signal } = this.stopping;
    const failed = () => events.failed(`nativeError${video.error?.code ?? 0}`, video.error?.code === MediaError.MEDIA_ERR_NETWORK);
    video.addEventListener("error", failed, { signal });
    video.textTracks.addEventListener("addtrack", events.changed, { signal });
    video.textTracks.addEventListener("change", events.changed, { signal });
  }

  private get audible(): { label: string; language: string; enabled: boolean }[] {
    // Safari has audio tracks, and TypeScript's library knows none.
    return [...((this.options.video as { audioTracks?: Iterable<{ label: string; language: string; enabled: boolean }> }).audioTracks ?? [])];
  }

  get audioTracks(): Choice[] {
    return this.audible.map((track, id) => ({ id, name: track.label, language: track.language }));
  }

  get audioTrack(): number {
    return this.audible.findIndex((track) => track.enabled);
  }

  get subtitles(): Choice[] {
    return [...this.options.video.textTracks].map((track, id) => ({ id, name: track.label, language: track.language }));
  }

  get subtitle(): number {
    return [...this.options.video.textTracks].findIndex((track) => track.mode === "showing");
  }

  chooseQuality(): void {}

  chooseAudio(id: number): void {
    this.audible.forEach((track, index) => (track.enabled = index === id));
    this.options.events.changed();
  }

  chooseSubtitle(id: number): void {
    [...this.options.video.textTracks].forEach((track, index) => (track.mode = index === id ? "showing" : "disabled"));
  }

  load(address: string, startSeconds: number): void {
    const { video } = this.options;
    video.src = address;
    if (startSeconds > 0) video.addEventListener("loadedmetadata", () => (video.currentTime = startSeconds), { once: true });
  }

  destroy(): void {
    this.stopping.abort();
    this.options.video.removeAttribute("src");
    this.options.video.load();
  }
}
