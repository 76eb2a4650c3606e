import { signal } from "@preact/signals";
import { describeError, observeVideo, PlaybackRecorder, type RpcFailure } from "@moviesnow/client";
import { DrmSystem, type StreamVariant } from "@moviesnow/client/catalog";
import type { PlaybackGrant } from "@moviesnow/client/delivery";
import { SessionEndReason } from "@moviesnow/client/telemetry";
import { readThumbnails, type Thumbnail } from "../pure/thumbnails";
import { errorCode, explain, type Words } from "../pure/words";
import { claims } from "../state/account";
import { api, outbox } from "../state/services";
import { rememberStop } from "../state/stops";
import { openEngine, type Engine } from "./engine";
import { GrantKeeper } from "./grant";

export const appVersion = "1.0.0";

/** Longest grant that may be asked for: the browser's own player cannot change to another one. */
const nativeTtlSeconds = 86_400;
const rememberEveryMs = 5_000;
const packageFolder = /\/package_[^/]+\/$/;
const recordKey = "moviesnow.record";

const drmNames: Partial<Record<DrmSystem, string>> = {
  [DrmSystem.WIDEVINE]: "Widevine",
  [DrmSystem.PLAYREADY]: "PlayReady",
  [DrmSystem.FAIRPLAY]: "FairPlay",
};

/** One playback of a film or an episode, from the click until the viewer goes. What the page draws are its signals. */
export class Playback {
  /** Grows when there is something else to choose from. */
  readonly version = signal(0);
  readonly words = signal<Words | undefined>(undefined);
  readonly reason = signal("");
  /** Names of the encryption systems that a player must have; none for clear media. */
  readonly encryption = signal<string[]>([]);
  readonly height = signal(0);
  /** Small pictures of the film, when its package has any. */
  readonly thumbnails = signal<readonly Thumbnail[]>([]);
  engine: Engine | undefined;

  private keeper: GrantKeeper | undefined;
  private recorder: PlaybackRecorder | undefined;
  private unobserve = () => {};
  private variants: StreamVariant[] = [];
  private shown: { height: number; bitrateBps: number } | undefined;
  private readonly stopping = new AbortController();

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly titleId: string,
    private readonly episodeId: string,
  ) {}

  /** Begins. `clickedAt` is when the viewer asked for it, milliseconds since 1970. */
  async start(clickedAt: number, startMs: number): Promise<void> {
    const { signal } = this.stopping;
    this.recorder = await PlaybackRecorder.start(
      { titleId: this.titleId, episodeId: this.episodeId, clickedAt },
      {
        outbox,
        positionMs: () => Math.round(this.video.currentTime * 1_000),
        viewer: claims.peek()?.subject ?? "",
        appName: "moviesnow-site",
        appVersion,
        ...this.recordBefore(),
      },
    );
    // Gone before it began.
    if (signal.aborted) return this.recorder.complete(SessionEndReason.USER_EXIT);
    sessionStorage.setItem(recordKey, JSON.stringify([this.recorder.recordId, this.titleId, this.episodeId]));
    this.unobserve = observeVideo(this.video, this.recorder);
    this.rememberFromTimeToTime();
    await this.load(startMs);
  }

  /** The address of a media file under the grant that works now. */
  readonly addressOf = (url: string): string => this.keeper?.addressOf(url) ?? url;

  /** Tries again after a failure, from where it was. */
  async retry(): Promise<void> {
    const at = this.video.currentTime * 1_000;
    this.words.value = undefined;
    this.close();
    await this.load(at);
  }

  /** The viewer goes. */
  stop(): void {
    this.stopping.abort();
    this.unobserve();
    this.recorder?.complete(SessionEndReason.USER_EXIT);
    sessionStorage.removeItem(recordKey);
    this.remember();
    this.close();
  }

  private close(): void {
    this.keeper?.stop();
    this.engine?.destroy();
    this.engine = undefined;
  }

  private async load(startMs: number): Promise<void> {
    try {
      const isNative = !("MediaSource" in globalThis || "ManagedMediaSource" in globalThis);
      const what = { titleId: this.titleId, episodeId: this.episodeId };
      const { signal } = this.stopping;
      const [media, started] = await Promise.all([
        api.media.getPlayback(what, { signal }),
        api.playback.startPlayback({ ...what, ttlSeconds: isNative ? nativeTtlSeconds : 0 }, { signal }),
      ]);
      this.variants = media.variants;
      const systems = media.drm.map(({ system }) => drmNames[system]).filter((name) => name !== undefined);
      this.encryption.value = [...new Set(systems)];
      if (systems.length > 0) return this.refuseEncrypted();
      const keeper = new GrantKeeper(api.playback, started.grant!, { lost: (failure) => void this.regain(failure) });
      this.keeper = keeper;
      const engine = await openEngine({
        video: this.video,
        addressOf: (url) => keeper.addressOf(url),
        renew: () => keeper.renew(),
        events: {
          changed: () => (this.version.value += 1),
          quality: (quality) => this.show(quality),
          trouble: (details) => this.recorder?.fail(errorCode(details), false),
          failed: (details, isNetwork) => this.fail(details, isNetwork),
        },
      });
      if (signal.aborted) return engine?.destroy();
      if (!engine) {
        this.recorder?.fail("HLS_NOT_SUPPORTED", true);
        this.words.value = { heading: "This browser cannot play it", text: "It has neither Media Source Extensions nor HLS of its own.", canRetry: false };
        return;
      }
      this.engine = engine;
      engine.load(started.grant!.playlistUrl, startMs / 1_000);
      // Behind the first picture, which nothing should delay.
      this.video.addEventListener("playing", () => void this.loadThumbnails(started.grant!), { once: true, signal });
      this.video.play().catch(() => {
        // Not without a gesture: the controls are there.
      });
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      const failure = describeError(error);
      this.recorder?.fail(failure.reason || "START_PLAYBACK_FAILED", true);
      this.say(failure);
    }
  }

  /** Packages that the command line made have thumbnails, others may not. */
  private async loadThumbnails({ mediaBaseUrl, pathPrefix }: PlaybackGrant): Promise<void> {
    if (!packageFolder.test(pathPrefix) || this.thumbnails.peek().length > 0) return;
    const address = `${mediaBaseUrl}${pathPrefix}thumbnails/thumbnails.vtt`;
    try {
      const response = await fetch(this.addressOf(address), { signal: this.stopping.signal });
      if (response.ok) this.thumbnails.value = readThumbnails(await response.text(), address);
    } catch {
      // The bar works without.
    }
  }

  /** The session has become too old to renew: a new grant for the same place. */
  private async regain(failure: RpcFailure): Promise<void> {
    if (failure.reason === "RENEWAL_TOKEN_INVALID") return this.retry();
    this.recorder?.fail(failure.reason || "RENEWAL_FAILED", true);
    this.say(failure);
    this.close();
  }

  private say(failure: RpcFailure): void {
    [this.words.value, this.reason.value] = [explain(failure), failure.reason];
  }

  /** What the catalogue says is needed; which licence server to ask is not known to this site. */
  private refuseEncrypted(): void {
    this.recorder?.fail("DRM_NOT_SUPPORTED", true);
    this.reason.value = "DRM_NOT_SUPPORTED";
    const names = this.encryption.value.join(", ");
    this.words.value = { heading: "Encrypted", text: `This video is encrypted (${names}), and this site has no licence server for it.`, canRetry: false };
  }

  private show({ height, bitrateBps }: { height: number; bitrateBps: number }): void {
    this.shown = { height, bitrateBps };
    this.height.value = height;
    // At most one streamable variant has a tier, so the lines name it.
    this.recorder?.changeQuality(this.variants.find((variant) => variant.height === height)?.id ?? "", this.shown.bitrateBps);
  }

  private fail(details: string, isNetwork: boolean): void {
    this.recorder?.fail(errorCode(details), true);
    this.reason.value = errorCode(details);
    this.words.value = isNetwork
      ? { heading: "Connection lost", text: "The video does not arrive any more. Check your connection and try again.", canRetry: true }
      : { heading: "The player failed", text: `This browser could not play the video (${details}).`, canRetry: true };
  }

  /** The same page before it was loaded again told of the same thing: its session goes on. */
  private recordBefore(): { continues?: string } {
    const [id, titleId, episodeId] = JSON.parse(sessionStorage.getItem(recordKey) ?? "[]") as string[];
    return id && titleId === this.titleId && episodeId === this.episodeId ? { continues: id } : {};
  }

  private rememberFromTimeToTime(): void {
    const { signal } = this.stopping;
    const timer = setInterval(() => !this.video.paused && this.remember(), rememberEveryMs);
    signal.addEventListener("abort", () => clearInterval(timer));
    for (const type of ["pause", "ended"]) this.video.addEventListener(type, () => this.remember(), { signal });
    addEventListener("pagehide", () => this.remember(), { signal });
  }

  private remember(): void {
    const { currentTime, duration, ended } = this.video;
    if (!(currentTime > 0)) return;
    rememberStop({
      titleId: this.titleId,
      episodeId: this.episodeId,
      positionMs: Math.round(currentTime * 1_000),
      durationMs: Number.isFinite(duration) ? Math.round(duration * 1_000) : 0,
      at: Date.now(),
      isCompleted: ended,
    });
  }
}
