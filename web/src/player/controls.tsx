import { useEffect, useState } from "preact/hooks";
import { clock, languageName } from "../pure/format";
import type { Choice } from "./engine";
import type { Playback } from "./playback";
import { Timeline } from "./timeline";

/** What the media element is like now. */
function useVideo(video: HTMLVideoElement) {
  const [, redraw] = useState(0);
  useEffect(() => {
    const stopping = new AbortController();
    const types = ["play", "pause", "timeupdate", "seeking", "seeked", "durationchange", "progress", "volumechange", "ratechange", "ended"];
    for (const type of types) video.addEventListener(type, () => redraw((count) => count + 1), { signal: stopping.signal });
    return () => stopping.abort();
  }, [video]);
  const { buffered, currentTime } = video;
  let loaded = currentTime;
  for (let index = 0; index < buffered.length; index++) {
    if (buffered.start(index) <= currentTime && buffered.end(index) > loaded) loaded = buffered.end(index);
  }
  return { isPaused: video.paused, at: currentTime, duration: Number.isFinite(video.duration) ? video.duration : 0, loaded };
}

const nameOf = ({ name, language }: Choice) => name || languageName(language) || "Unnamed";

interface MenuProps {
  label: string;
  value: number;
  choices: readonly { id: number; name: string; language?: string }[];
  onChange: (id: number) => void;
}

function Menu({ label, value, choices, onChange }: MenuProps) {
  return (
    <label class="menu">
      <span>{label}</span>
      <select value={String(value)} onChange={(event) => onChange(Number(event.currentTarget.value))}>
        {choices.map(({ id, name, language }) => (
          <option key={id} value={String(id)} lang={language || undefined}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

const rates = [0.5, 0.75, 1, 1.25, 1.5, 2].map((rate) => ({ id: rate, name: rate === 1 ? "Normal" : `${rate}×` }));

function Settings({ playback, video }: { playback: Playback; video: HTMLVideoElement }) {
  // Drawn again when there is something else to choose from.
  void playback.version.value;
  const engine = playback.engine;
  if (!engine) return null;
  const named = (choices: Choice[]) => choices.map((choice) => ({ ...choice, name: nameOf(choice) }));
  const auto = playback.height.value > 0 && engine.quality < 0 ? `Auto (${playback.height.value}p)` : "Auto";
  const qualities = engine.qualities.toSorted((one, other) => other.height - one.height);
  return (
    <div class="settings" role="group" aria-label="Settings" id="player-settings">
      {qualities.length > 0 && (
        <Menu label="Quality" value={engine.quality} choices={[{ id: -1, name: auto }, ...qualities]} onChange={(id) => engine.chooseQuality(id)} />
      )}
      {engine.audioTracks.length > 0 && (
        <Menu label="Audio" value={engine.audioTrack} choices={named(engine.audioTracks)} onChange={(id) => engine.chooseAudio(id)} />
      )}
      <Menu
        label="Subtitles"
        value={engine.subtitle}
        choices={[{ id: -1, name: engine.subtitles.length > 0 ? "Off" : "None" }, ...named(engine.subtitles)]}
        onChange={(id) => engine.chooseSubtitle(id)}
      />
      <Menu label="Speed" value={video.playbackRate} choices={rates} onChange={(rate) => (video.playbackRate = rate)} />
    </div>
  );
}

interface ControlsProps {
  playback: Playback;
  video: HTMLVideoElement;
  onFullScreen: () => void;
  onSubtitles: () => void;
  onHelp: () => void;
}

export function Controls({ playback, video, onFullScreen, onSubtitles, onHelp }: ControlsProps) {
  const { isPaused, at, duration, loaded } = useVideo(video);
  const [isOpen, setOpen] = useState(false);
  void playback.version.value;
  const hasSubtitles = (playback.engine?.subtitles.length ?? 0) > 0;
  const isShowing = (playback.engine?.subtitle ?? -1) >= 0;
  return (
    <div class="controls">
      {isOpen && <Settings playback={playback} video={video} />}
      <Timeline
        {...{ at, duration, loaded }}
        thumbnails={playback.thumbnails.value}
        addressOf={playback.addressOf}
        onSeek={(seconds) => (video.currentTime = seconds)}
      />
      <div class="control-row">
        <button
          type="button"
          class="control"
          aria-label={isPaused ? "Play" : "Pause"}
          onClick={() => (isPaused ? void video.play().catch(() => {}) : video.pause())}
        >
          <Icon name={isPaused ? "play" : "pause"} />
        </button>
        <button type="button" class="control" aria-label="Sound" aria-pressed={!video.muted} onClick={() => (video.muted = !video.muted)}>
          <Icon name={video.muted || video.volume === 0 ? "mute" : "sound"} />
        </button>
        <input
          type="range"
          class="volume"
          aria-label="Volume"
          min={0}
          max={1}
          step={0.05}
          value={video.muted ? 0 : video.volume}
          style={{ "--seen": `${(video.muted ? 0 : video.volume) * 100}%`, "--loaded": "0%" }}
          onInput={(event) => {
            video.volume = event.currentTarget.valueAsNumber;
            video.muted = video.volume === 0;
          }}
        />
        <span class="times">
          {clock(at)} / {clock(duration)}
        </span>
        <span class="space" />
        {hasSubtitles && (
          <button type="button" class="control" aria-label="Subtitles" aria-pressed={isShowing} onClick={onSubtitles}>
            <Icon name="captions" />
          </button>
        )}
        <button type="button" class="control" aria-label="Settings" aria-expanded={isOpen} aria-controls="player-settings" onClick={() => setOpen(!isOpen)}>
          <Icon name="settings" />
        </button>
        <button type="button" class="control control-help" aria-label="Keys" onClick={onHelp}>
          <Icon name="help" />
        </button>
        <button type="button" class="control" aria-label="Full screen" onClick={onFullScreen}>
          <Icon name="full" />
        </button>
      </div>
    </div>
  );
}

const shapes = {
  play: "M7 4.5v15l12-7.5z",
  pause: "M6 4.5h4v15H6zM14 4.5h4v15h-4z",
  sound: "M4 9v6h4l5 4.5v-15L8 9zM15.5 8.5a5 5 0 0 1 0 7M18 6a8.5 8.5 0 0 1 0 12",
  mute: "M4 9v6h4l5 4.5v-15L8 9zM16 9.5l5 5M21 9.5l-5 5",
  captions: "M3.5 6h17v12h-17zM10 10.6a2.2 2.2 0 1 0 0 2.8M16.8 10.6a2.2 2.2 0 1 0 0 2.8",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.7v4.6M9 14.7v4.6",
  help: "M9 9a3 3 0 1 1 4.2 2.7c-.9.5-1.2 1-1.2 2.1M12 17.2v.3",
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
};

function Icon({ name }: { name: keyof typeof shapes }) {
  const isSolid = name === "play" || name === "pause";
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" class={isSolid ? "icon icon-solid" : "icon"}>
      <path d={shapes[name]} />
    </svg>
  );
}
