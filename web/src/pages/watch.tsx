import type { Episode, Title } from "@moviesnow/client/catalog";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Controls } from "../player/controls";
import { help, press } from "../player/keys";
import { Playback } from "../player/playback";
import { resumePosition } from "../pure/resume";
import { isSigningIn, token } from "../state/account";
import { useLoad } from "../state/load";
import { useTitle } from "../state/page";
import { Link } from "../state/router";
import { api } from "../state/services";
import { loadStops } from "../state/stops";
import "../styles/watch.css";

const idleMs = 3_000;

interface Watched {
  title: Title | undefined;
  episode: Episode | undefined;
  next: Episode | undefined;
}

/** Names of what plays, and what comes after it. Playing does not wait for them. */
async function describe(titleId: string, episodeId: string, signal: AbortSignal): Promise<Watched> {
  const [{ title }, found] = await Promise.all([
    api.titles.getTitle({ titleId }, { signal }),
    episodeId ? api.seasons.getEpisode({ episodeId }, { signal }) : undefined,
  ]);
  const episode = found?.episode;
  if (!episode) return { title, episode, next: undefined };
  const { episodes } = await api.seasons.listEpisodes({ seasonId: episode.seasonId, pageSize: 200 }, { signal });
  return { title, episode, next: episodes.find((one) => one.number > episode.number) };
}

async function startOf(titleId: string, episodeId: string): Promise<number> {
  try {
    const stop = (await loadStops()).find((one) => one.titleId === titleId && one.episodeId === episodeId);
    if (!stop || stop.durationMs > 0) return resumePosition(stop);
    const durationMs = episodeId
      ? (await api.seasons.getEpisode({ episodeId })).episode!.durationMs
      : (await api.titles.getTitle({ titleId })).title!.durationMs;
    return resumePosition({ ...stop, durationMs: Number(durationMs) });
  } catch {
    // From the beginning rather than not at all.
    return 0;
  }
}

export function WatchPage({ titleId, episodeId }: { titleId: string; episodeId: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const helpDialog = useRef<HTMLDialogElement>(null);
  const [playback, setPlayback] = useState<Playback>();
  // Browsers play sound only after a gesture: without one, the click is still to come.
  const [isClicked, setClicked] = useState(() => navigator.userActivation?.hasBeenActive ?? true);
  const [isEnded, setEnded] = useState(false);
  const [isIdle, setIdle] = useState(false);
  const about = useLoad((signal) => describe(titleId, episodeId, signal), [titleId, episodeId, token.value]);
  const watched = about.state === "ready" ? about.value : undefined;
  useTitle(watched?.episode?.name ?? watched?.title?.name ?? "");

  useEffect(() => {
    if (!isClicked) return;
    const clickedAt = Date.now();
    const current = new Playback(video.current!, titleId, episodeId);
    let isGone = false;
    setPlayback(current);
    void startOf(titleId, episodeId).then((startMs) => {
      if (!isGone) return current.start(clickedAt, startMs);
    });
    return () => {
      isGone = true;
      current.stop();
    };
  }, [titleId, episodeId, isClicked]);

  const toggleFullScreen = useCallback(() => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void frame.current!.requestFullscreen?.().catch(() => {});
  }, []);
  const toggleSubtitles = useCallback(() => {
    const engine = playback?.engine;
    if (engine && engine.subtitles.length > 0) engine.chooseSubtitle(engine.subtitle >= 0 ? -1 : 0);
  }, [playback]);
  const toggleHelp = useCallback(() => {
    const dialog = helpDialog.current!;
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }, []);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (press(event, { video: video.current!, toggleFullScreen, toggleSubtitles, toggleHelp })) event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [toggleFullScreen, toggleSubtitles, toggleHelp]);

  useEffect(() => {
    const stopping = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const wake = () => {
      setIdle(false);
      clearTimeout(timer);
      timer = setTimeout(() => setIdle(true), idleMs);
    };
    const { signal } = stopping;
    for (const type of ["pointermove", "pointerdown", "focusin"]) frame.current!.addEventListener(type, wake, { signal });
    video.current!.addEventListener("pause", wake, { signal });
    addEventListener("keydown", wake, { signal });
    wake();
    return () => {
      clearTimeout(timer);
      stopping.abort();
    };
  }, []);

  const words = playback?.words.value;
  const name = watched?.title?.name ?? "";
  return (
    <div ref={frame} class={`player${isIdle && !video.current?.paused ? " player-idle" : ""}`}>
      <video
        ref={video}
        playsInline
        aria-label={watched?.episode?.name ?? name}
        onClick={() => {
          const element = video.current!;
          if (element.paused) void element.play().catch(() => {});
          else element.pause();
        }}
        onPlay={() => setEnded(false)}
        onEnded={() => setEnded(true)}
      />
      <div class="player-top">
        <Link href={`/title/${titleId}`} class="control" aria-label={`Back to ${name || "the title"}`}>
          <span aria-hidden="true">←</span>
        </Link>
        <h1>
          {name}
          {watched?.episode && <span class="player-episode">{` ${watched.episode.number}. ${watched.episode.name}`}</span>}
        </h1>
      </div>
      {!isClicked && (
        <button type="button" class="big-play" aria-label={`Play ${name}`} onClick={() => setClicked(true)}>
          <svg viewBox="0 0 24 24" width="48" height="48" aria-hidden="true">
            <path d="M7 4.5v15l12-7.5z" />
          </svg>
        </button>
      )}
      {words && (
        <section class="panel player-failure" role="alert" data-reason={playback.reason.value} data-encryption={playback.encryption.value.join(" ")}>
          <h2>{words.heading}</h2>
          <p>{words.text}</p>
          <p class="actions">
            {words.canRetry && (
              <button type="button" class="button button-primary" onClick={() => void playback.retry()}>
                Try again
              </button>
            )}
            {words.wantsSignIn && (
              <button type="button" class="button" onClick={() => (isSigningIn.value = true)}>
                Sign in
              </button>
            )}
            <Link href="/" class="button">
              Other titles
            </Link>
          </p>
        </section>
      )}
      {isEnded && !words && watched?.next && (
        <p class="next">
          <Link href={`/watch/${titleId}/${watched.next.id}`} class="button button-primary">
            Next: {watched.next.number}. {watched.next.name}
          </Link>
        </p>
      )}
      {playback && !words && (
        <Controls playback={playback} video={video.current!} onFullScreen={toggleFullScreen} onSubtitles={toggleSubtitles} onHelp={toggleHelp} />
      )}
      <dialog ref={helpDialog} class="dialog" aria-labelledby="keys-heading">
        <h2 id="keys-heading">Keys</h2>
        <dl class="keys">
          {help.map(([keys, what]) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button class="button">Close</button>
        </form>
      </dialog>
    </div>
  );
}
