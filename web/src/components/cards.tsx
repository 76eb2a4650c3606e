import { TitleKind, type Title } from "@moviesnow/client/catalog";
import { progress, type Stop } from "../pure/resume";
import { clock } from "../pure/format";
import { picturesOf } from "../state/artwork";
import { Link } from "../state/router";
import { Art } from "./art";

/** `2019–2023 · Series`. */
export function years(title: Title): string {
  if (title.releaseYear === 0) return "";
  return title.endYear > title.releaseYear ? `${title.releaseYear}–${title.endYear}` : String(title.releaseYear);
}

export const kindName = (title: Title) => (title.kind === TitleKind.SERIES ? "Series" : "Film");

/** A title in a list. */
export function TitleCard({ title }: { title: Title }) {
  return (
    <li>
      <Link href={`/title/${title.id}`} class="card">
        <Art name={title.name} address={picturesOf(title.id, "titleIds").poster} shape="poster" />
        <span class="card-name">{title.name}</span>
        <span class="card-facts">{[kindName(title), years(title)].filter(Boolean).join(" · ")}</span>
      </Link>
    </li>
  );
}

/** Something that was begun. */
export function ContinueCard({ stop, name, detail, durationMs }: { stop: Stop; name: string; detail: string; durationMs: number }) {
  const seen = progress({ ...stop, durationMs: stop.durationMs || durationMs });
  const titlePictures = picturesOf(stop.titleId, "titleIds");
  const still = stop.episodeId ? picturesOf(stop.episodeId, "episodeIds").still : undefined;
  return (
    <li>
      <Link href={`/watch/${[stop.titleId, stop.episodeId].filter(Boolean).join("/")}`} class="card">
        <span class="card-picture">
          <Art name={name} address={still ?? titlePictures.backdrop} shape="wide" />
          <span class="bar" aria-hidden="true">
            <span style={{ width: `${seen * 100}%` }} />
          </span>
        </span>
        <span class="card-name">{name}</span>
        <span class="card-facts">
          {detail && `${detail} · `}at {clock(stop.positionMs / 1000)}
        </span>
      </Link>
    </li>
  );
}
