import { describeError } from "@moviesnow/client";
import { TitleKind, type Title } from "@moviesnow/client/catalog";
import { useEffect, useState } from "preact/hooks";
import { ContinueCard, TitleCard } from "../components/cards";
import { EmptyPanel, FailurePanel, Waiting } from "../components/panels";
import { isResumable, latest } from "../pure/resume";
import { token } from "../state/account";
import { useLoad } from "../state/load";
import { Link, query } from "../state/router";
import { api } from "../state/services";
import { loadStops } from "../state/stops";
import { useTitle } from "../state/page";

const pageSize = 24;
const kinds = [
  ["", "All"],
  ["film", "Films"],
  ["series", "Series"],
] as const;

interface Filter {
  words: string;
  kind: TitleKind;
  genre: string;
}

interface Page {
  titles: Title[];
  nextPageToken: string;
}

function ask(filter: Filter, pageToken: string, signal?: AbortSignal): Promise<Page> {
  const options = signal ? { signal } : {};
  const { kind, genre } = filter;
  return filter.words
    ? api.titles.searchTitles({ query: filter.words, kind, genre, pageSize, pageToken }, options)
    : api.titles.listTitles({ kind, genre, pageSize, pageToken }, options);
}

function addressWith(name: string, value: string): string {
  const next = new URLSearchParams(query.value);
  if (value) next.set(name, value);
  else next.delete(name);
  return next.size > 0 ? `/?${next}` : "/";
}

/** What was begun, when anything was. It never stands in the way of the catalogue: when it cannot be told, it is left out. */
function ContinueWatching() {
  const row = useLoad(
    async (signal) => {
      const stops = latest(await loadStops(signal)).slice(0, 12);
      const entries = await Promise.all(
        stops.map(async (stop) => {
          try {
            const [{ title }, episode] = await Promise.all([
              api.titles.getTitle({ titleId: stop.titleId }, { signal }),
              stop.episodeId ? api.seasons.getEpisode({ episodeId: stop.episodeId }, { signal }) : undefined,
            ]);
            const durationMs = stop.durationMs || Number(episode?.episode?.durationMs ?? title!.durationMs);
            if (!isResumable({ ...stop, durationMs })) return undefined;
            return { stop, name: title!.name, detail: episode?.episode?.name ?? "", durationMs };
          } catch {
            // Withdrawn, or not here.
            return undefined;
          }
        }),
      );
      return entries.filter((entry) => entry !== undefined).slice(0, 8);
    },
    [token.value],
  );
  if (row.state !== "ready" || row.value.length === 0) return null;
  return (
    <section aria-labelledby="continue-heading">
      <h2 id="continue-heading">Continue watching</h2>
      <ul class="row">
        {row.value.map((entry) => (
          <ContinueCard key={entry.stop.titleId} {...entry} />
        ))}
      </ul>
    </section>
  );
}

/** The pages of a list that were loaded so far. */
function Results({ filter }: { filter: Filter }) {
  const [attempt, setAttempt] = useState(0);
  const inputs = [filter.words, filter.kind, filter.genre, token.value, attempt];
  const first = useLoad((signal) => ask(filter, "", signal), inputs);
  const [more, setMore] = useState<Page[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ReturnType<typeof describeError>>();
  useEffect(() => {
    setMore([]);
    setFailure(undefined);
  }, inputs);

  if (first.state === "loading") return <Waiting count={12} shape="poster" />;
  if (first.state === "failed") return <FailurePanel failure={first.failure} retry={first.retry} />;
  const pages = [first.value, ...more];
  const titles = pages.flatMap((page) => page.titles);
  const next = pages.at(-1)!.nextPageToken;
  if (titles.length === 0) {
    const isFiltered = filter.kind !== TitleKind.UNSPECIFIED || filter.genre !== "";
    return filter.words || isFiltered ? (
      <EmptyPanel heading="Nothing found">
        No title fits{filter.words && ` “${filter.words}”`}. Try fewer or other words, or <Link href="/">see everything</Link>.
      </EmptyPanel>
    ) : (
      <EmptyPanel heading="Nothing here yet">No film or series has been published for your country so far.</EmptyPanel>
    );
  }

  const load = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      const page = await ask(filter, next);
      setMore((before) => [...before, page]);
    } catch (error) {
      const failed = describeError(error);
      // The list is another one now: from the beginning.
      if (failed.reason === "INVALID_PAGE_TOKEN") setAttempt((before) => before + 1);
      else setFailure(failed);
    }
    setBusy(false);
  };

  return (
    <>
      <p class="visually-hidden" role="status">
        {titles.length} titles{next ? " so far" : ""}
      </p>
      <ul class="grid grid-poster">
        {titles.map((title) => (
          <TitleCard key={title.id} title={title} />
        ))}
      </ul>
      {failure && <FailurePanel failure={failure} retry={load} />}
      {next && !failure && (
        <p class="more">
          <button type="button" class="button" disabled={isBusy} onClick={load}>
            {isBusy ? "Loading…" : "Show more"}
          </button>
        </p>
      )}
    </>
  );
}

export function Home() {
  const asked = query.value;
  const [words, kind, genre] = [asked.get("q") ?? "", asked.get("kind") ?? "", asked.get("genre") ?? ""];
  const filter: Filter = { words, genre, kind: kind === "film" ? TitleKind.MOVIE : kind === "series" ? TitleKind.SERIES : TitleKind.UNSPECIFIED };
  useTitle(words ? `“${words}”` : "");
  return (
    <>
      <h1 class={words || genre ? "" : "visually-hidden"}>{words ? `Results for “${words}”` : genre ? `Genre: ${genre}` : "Films and series"}</h1>
      {!words && !genre && !kind && <ContinueWatching />}
      <nav class="tabs" aria-label="Kind of title">
        {kinds.map(([value, name]) => (
          <Link key={value} href={addressWith("kind", value)} aria-current={kind === value ? "page" : undefined}>
            {name}
          </Link>
        ))}
        {genre && (
          <Link href={addressWith("genre", "")} aria-label={`Genre ${genre}: show all genres`}>
            {genre} ✕
          </Link>
        )}
      </nav>
      <Results filter={filter} />
    </>
  );
}
