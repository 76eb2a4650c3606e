import { useState } from "preact/hooks";
import { clock } from "../pure/format";
import { thumbnailAt, type Thumbnail } from "../pure/thumbnails";

interface TimelineProps {
  at: number;
  duration: number;
  loaded: number;
  thumbnails: readonly Thumbnail[];
  /** The address of a sprite under the grant that works now. */
  addressOf: (url: string) => string;
  onSeek: (seconds: number) => void;
}

/** The bar that shows and takes the position, and over it what is seen at the moment that is pointed at. */
export function Timeline({ at, duration, loaded, thumbnails, addressOf, onSeek }: TimelineProps) {
  const [pointed, setPointed] = useState<number>();
  const point = (event: PointerEvent) => {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    setPointed(width > 0 ? Math.min(1, Math.max(0, (event.clientX - left) / width)) : undefined);
  };
  return (
    <div class="timeline-frame" onPointerMove={point} onPointerDown={point} onPointerLeave={() => setPointed(undefined)}>
      {pointed !== undefined && duration > 0 && (
        <Preview part={pointed} seconds={pointed * duration} thumbnail={thumbnailAt(thumbnails, pointed * duration)} addressOf={addressOf} />
      )}
      <input
        type="range"
        class="timeline"
        aria-label="Position"
        aria-valuetext={`${clock(at)} of ${clock(duration)}`}
        min={0}
        max={duration || 1}
        step={1}
        value={at}
        disabled={duration === 0}
        style={{ "--seen": `${(at / (duration || 1)) * 100}%`, "--loaded": `${(loaded / (duration || 1)) * 100}%` }}
        onInput={(event) => onSeek(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}

interface PreviewProps {
  part: number;
  seconds: number;
  thumbnail: Thumbnail | undefined;
  addressOf: (url: string) => string;
}

function Preview({ part, seconds, thumbnail, addressOf }: PreviewProps) {
  return (
    <div class="preview" aria-hidden="true" style={{ "--part": String(part), "--half": `${(thumbnail?.width ?? 60) / 2}px` }}>
      {thumbnail && (
        <div
          class="preview-picture"
          style={{
            width: `${thumbnail.width}px`,
            height: `${thumbnail.height}px`,
            backgroundImage: `url("${addressOf(thumbnail.address)}")`,
            backgroundPosition: `-${thumbnail.x}px -${thumbnail.y}px`,
          }}
        />
      )}
      <span>{clock(seconds)}</span>
    </div>
  );
}
