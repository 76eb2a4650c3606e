import { TitleKind, type Episode, type Season, type Title } from "@moviesnow/client/catalog";
import { Art } from "../components/art";
import { kindName, years } from "../components/cards";
import { EmptyPanel, FailurePanel, Waiting } from "../components/panels";
import { clock, languageName, runtime } from "../pure/format";
import { isResumable, type Stop } from "../pure/resume";
import { token } from "../state/account";
import { picturesOf } from "../state/artwork";
import { useLoad } from "../state/load";
import { useTitle } from "../state/page";
import { go, Link, query } from "../state/router";
import { api } from "../state/services";
import { loadStops } from "../state/stops";

/** All pages of a list that is never long. */
async function all<T>(ask: (pageToken: string) => Promise<[T[], string]>): Promise<T[]> {
  const found: T[] = [];
  let pageToken = "";
  do {
    const [items, next] = await ask(pageToken);
    found.push(...items);
    pageToken = next;
  } while (pageToken);
  return found;
}

const seasonName = (season: Season) => season.name || (season.number === 0 ? "Specials" : `Season ${season.number}`);

function Facts({ title }: { title: Title }) {
  const rating = title.contentRatings[0];
  const language = title.originalLanguage && languageName(title.originalLanguage);
  return (
    <ul class="facts">
      <li>{kindName(title)}</li>
      {years(title) && <li>{years(title)}</li>}
      {title.durationMs > 0n && <li>{runtime(title.durationMs)}</li>}
      {rating && <li title={`Rated in ${rating.country}`}>{rating.rating}</li>}
      {language && <li lang={title.originalLanguage}>{language}</li>}
    </ul>
  );
}

function Genres({ genres }: { genres: string[] }) {
  if (genres.length === 0) return null;
  return (
    <ul class="chips" aria-label="Genres">
      {genres.map((genre) => (
        <li key={genre}>
          <Link href={`/?genre=${encodeURIComponent(genre)}`}>{genre}</Link>
        </li>
      ))}
    </ul>
  );
}

function Episodes({ season, stops }: { season: Season; stops: Stop[] }) {
  const list = useLoad(
    (signal) =>
      all<Episode>(async (pageToken) => {
        const page = await api.seasons.listEpisodes({ seasonId: season.id, pageSize: 200, pageToken }, { signal });
        return [page.episodes, page.nextPageToken];
      }),
    [season.id],
  );
  if (list.state === "loading") return <Waiting count={4} shape="line" />;
  if (list.state === "failed") return <FailurePanel failure={list.failure} retry={list.retry} />;
  if (list.value.length === 0) return <EmptyPanel heading="No episodes yet">This season has no episodes so far.</EmptyPanel>;
  return (
    <ol class="episodes">
      {list.value.map((episode) => {
        const stop = stops.find((one) => one.episodeId === episode.id);
        const from = stop && isResumable({ ...stop, durationMs: Number(episode.durationMs) }) ? stop : undefined;
        return (
          <li key={episode.id}>
            <Link href={`/watch/${episode.titleId}/${episode.id}`} class="episode">
              <Art name={episode.name} address={picturesOf(episode.id, "episodeIds").still} shape="wide" />
              <span class="episode-text">
                <span class="episode-name">
                  {episode.number}. {episode.name}
                </span>
                <span class="episode-facts">
                  {[runtime(episode.durationMs), episode.airDate, from && `continue at ${clock(from.positionMs / 1000)}`].filter(Boolean).join(" · ")}
                </span>
                {episode.synopsis && <span class="episode-synopsis">{episode.synopsis}</span>}
              </span>
            </Link>
          </li>
        );
      })}
    </ol>
  );
}

/** Where a series begins: its first season's first episode, specials aside. */
function FirstEpisodeLink({ titleId }: { titleId: string }) {
  const loaded = useLoad(
    async (signal) => {
      const { seasons } = await api.seasons.listSeasons({ titleId, pageSize: 2 }, { signal });
      const season = seasons.find((one) => one.number > 0) ?? seasons[0];
      return season && (await api.seasons.listEpisodes({ seasonId: season.id, pageSize: 1 }, { signal })).episodes[0];
    },
    [titleId],
  );
  if (loaded.state !== "ready" || !loaded.value) return null;
  return (
    <Link href={`/watch/${titleId}/${loaded.value.id}`} class="button button-primary">
      ▶ Play
    </Link>
  );
}

function Seasons({ titleId, stops }: { titleId: string; stops: Stop[] }) {
  const list = useLoad(
    (signal) =>
      all<Season>(async (pageToken) => {
        const page = await api.seasons.listSeasons({ titleId, pageSize: 200, pageToken }, { signal });
        return [page.seasons, page.nextPageToken];
      }),
    [titleId],
  );
  if (list.state === "loading") return <Waiting count={4} shape="line" />;
  if (list.state === "failed") return <FailurePanel failure={list.failure} retry={list.retry} />;
  if (list.value.length === 0) return <EmptyPanel heading="No seasons yet">This series has no seasons so far.</EmptyPanel>;
  const asked = query.value.get("season");
  const season = list.value.find((one) => String(one.number) === asked) ?? list.value.find((one) => one.number > 0) ?? list.value[0]!;
  return (
    <section aria-labelledby="episodes-heading">
      <div class="section-head">
        <h2 id="episodes-heading">Episodes</h2>
        <label class="select">
          <span class="visually-hidden">Season</span>
          <select value={String(season.number)} onChange={(event) => go(`/title/${titleId}?season=${event.currentTarget.value}`, true)}>
            {list.value.map((one) => (
              <option key={one.id} value={String(one.number)}>
                {seasonName(one)}
              </option>
            ))}
          </select>
        </label>
      </div>
      {season.synopsis && <p>{season.synopsis}</p>}
      <Episodes season={season} stops={stops} />
    </section>
  );
}

export function TitlePage({ titleId }: { titleId: string }) {
  const loaded = useLoad(async (signal) => (await api.titles.getTitle({ titleId }, { signal })).title!, [titleId, token.value]);
  // Where somebody stopped is a courtesy: the page does not wait for it.
  const stops = useLoad((signal) => loadStops(signal), [token.value]);
  useTitle(loaded.state === "ready" ? loaded.value.name : "");
  if (loaded.state === "loading") return <Waiting count={3} shape="line" />;
  if (loaded.state === "failed") return <FailurePanel failure={loaded.failure} retry={loaded.retry} />;
  const title = loaded.value;
  const pictures = picturesOf(titleId, "titleIds");
  const isMovie = title.kind === TitleKind.MOVIE;
  const mine = stops.state === "ready" ? stops.value.filter((stop) => stop.titleId === titleId) : [];
  const stop = mine.find((one) => isResumable({ ...one, durationMs: one.durationMs || (isMovie ? Number(title.durationMs) : 0) }));
  return (
    <article>
      <div class="hero">
        <div class="hero-back">
          <Art name={title.name} address={pictures.backdrop} shape="wide" />
        </div>
        <div class="hero-text">
          <div class="hero-poster">
            <Art name={title.name} address={pictures.poster} shape="poster" />
          </div>
          <div>
            <h1>{title.name}</h1>
            {title.originalName && title.originalName !== title.name && (
              <p class="original-name" lang={title.originalLanguage || undefined}>
                {title.originalName}
              </p>
            )}
            <Facts title={title} />
            <p class="actions">
              {stop ? (
                <Link href={`/watch/${[titleId, stop.episodeId].filter(Boolean).join("/")}`} class="button button-primary">
                  ▶ Continue at {clock(stop.positionMs / 1000)}
                </Link>
              ) : isMovie ? (
                <Link href={`/watch/${titleId}`} class="button button-primary">
                  ▶ Play
                </Link>
              ) : (
                <FirstEpisodeLink titleId={titleId} />
              )}
              <Link href={`/title/${titleId}/downloads`} class="button">
                Downloads
              </Link>
            </p>
          </div>
        </div>
      </div>
      {title.synopsis && <p class="synopsis">{title.synopsis}</p>}
      <Genres genres={title.genres} />
      {!isMovie && <Seasons titleId={titleId} stops={mine} />}
    </article>
  );
}
