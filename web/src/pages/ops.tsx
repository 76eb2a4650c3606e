import type { Title } from "@moviesnow/client/catalog";
import { useEffect, useState } from "preact/hooks";
import { History, type QoeFilter } from "../ops/history";
import { Live } from "../ops/live";
import { bucketsFor } from "../ops/measures";
import { claims, isSigningIn, token } from "../state/account";
import { useLoad } from "../state/load";
import { useTitle } from "../state/page";
import { api } from "../state/services";
import "../styles/ops.css";

const hour = 3_600_000;
const ranges = [
  { ms: hour, name: "Last hour" },
  { ms: 6 * hour, name: "Last 6 hours" },
  { ms: 24 * hour, name: "Last 24 hours" },
  { ms: 7 * 24 * hour, name: "Last 7 days" },
  { ms: 30 * 24 * hour, name: "Last 30 days" },
];

const everything: QoeFilter = { titleId: "", variantId: "", country: "", device: "", appVersion: "", lengthMs: hour, bucketMs: 60_000 };

/** Variants of a film, to choose one of; those of episodes are many, and are named by id. */
function VariantField({ titleId, value, onChange }: { titleId: string; value: string; onChange: (id: string) => void }) {
  const loaded = useLoad(async (signal) => (titleId ? (await api.media.getPlayback({ titleId }, { signal })).variants : []), [titleId]);
  const variants = loaded.state === "ready" ? loaded.value : [];
  if (variants.length === 0) {
    return (
      <label class="field">
        Variant
        <input name="variant" value={value} placeholder="Id" pattern="[0-9a-fA-F\-]{36}" onChange={(event) => onChange(event.currentTarget.value.trim())} />
      </label>
    );
  }
  return (
    <label class="field">
      Variant
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">All</option>
        {variants.map((variant) => (
          <option key={variant.id} value={variant.id}>
            {variant.height}p
          </option>
        ))}
      </select>
    </label>
  );
}

function Filters({ filter, titles, onChange }: { filter: QoeFilter; titles: Title[]; onChange: (filter: QoeFilter) => void }) {
  const change = (part: Partial<QoeFilter>) => onChange({ ...filter, ...part });
  const buckets = bucketsFor(filter.lengthMs);
  const text = (name: "country" | "device" | "appVersion", label: string, maxLength: number) => (
    <label class="field">
      {label}
      <input
        value={filter[name]}
        placeholder="All"
        maxLength={maxLength}
        onChange={(event) => {
          const value = event.currentTarget.value.trim();
          change({ [name]: name === "country" ? value.toUpperCase() : value });
        }}
      />
    </label>
  );
  return (
    <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <label class="field">
        Title
        <select value={filter.titleId} onChange={(event) => change({ titleId: event.currentTarget.value, variantId: "" })}>
          <option value="">All</option>
          {titles.map((title) => (
            <option key={title.id} value={title.id}>
              {title.name}
            </option>
          ))}
        </select>
      </label>
      <VariantField titleId={filter.titleId} value={filter.variantId} onChange={(variantId) => change({ variantId })} />
      {text("country", "Country", 2)}
      {text("device", "Device", 64)}
      {text("appVersion", "Version", 64)}
      <label class="field">
        Time
        <select
          value={String(filter.lengthMs)}
          onChange={(event) => {
            const lengthMs = Number(event.currentTarget.value);
            const fitting = bucketsFor(lengthMs);
            // As many columns as a chart shows well.
            change({ lengthMs, bucketMs: (fitting.find(({ ms }) => lengthMs / ms <= 400) ?? fitting.at(-1)!).ms });
          }}
        >
          {ranges.map(({ ms, name }) => (
            <option key={ms} value={String(ms)}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        By
        <select value={String(filter.bucketMs)} onChange={(event) => change({ bucketMs: Number(event.currentTarget.value) })}>
          {buckets.map(({ ms, name }) => (
            <option key={ms} value={String(ms)}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </form>
  );
}

/** For administrators: how playback goes now, and how it went. */
export function OpsPage() {
  useTitle("Operations");
  const [filter, setFilter] = useState(everything);
  const [asked, setAsked] = useState(0);
  const titles = useLoad(async (signal) => (await api.titles.listTitles({ pageSize: 200, includeAdult: true }, { signal })).titles, [token.value]);
  const known = titles.state === "ready" ? titles.value : [];
  useEffect(() => {
    if (!token.peek()) isSigningIn.value = true;
  }, []);
  const nameOf = (id: string) => known.find((title) => title.id === id)?.name ?? id;
  return (
    <>
      <h1>Operations</h1>
      {claims.value ? (
        <>
          <Filters filter={filter} titles={known} onChange={setFilter} />
          <Live titleId={filter.titleId} country={filter.country} nameOf={nameOf} />
          <section aria-labelledby="history-heading">
            <div class="section-head">
              <h2 id="history-heading">Over time</h2>
              <button type="button" class="button" onClick={() => setAsked(asked + 1)}>
                Measure again
              </button>
            </div>
            <History filter={filter} asked={asked} />
          </section>
        </>
      ) : (
        <section class="panel">
          <h2>For administrators</h2>
          <p>Sign in with the token of an administrator with a second factor, such as that of <code>moviesnow token admin</code>.</p>
          <p class="actions">
            <button type="button" class="button button-primary" onClick={() => (isSigningIn.value = true)}>
              Sign in
            </button>
          </p>
        </section>
      )}
    </>
  );
}
