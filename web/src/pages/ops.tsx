import { useEffect, useState } from "preact/hooks";
import { History, type QoeFilter } from "../ops/history";
import { Live } from "../ops/live";
import { bucketsFor, spanProblem } from "../ops/measures";
import { TitleField } from "../ops/title-field";
import { fromLocal, toLocal } from "../pure/format";
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

const everything: QoeFilter = {
  titleId: "", variantId: "", country: "", device: "", appVersion: "", lengthMs: hour, own: undefined, bucketMs: 60_000,
};

// As many columns as a chart shows well.
const bucketFor = (lengthMs: number) => {
  const fitting = bucketsFor(lengthMs);
  return (fitting.find(({ ms }) => lengthMs / ms <= 400) ?? fitting.at(-1)!).ms;
};

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

/** The ends of a time of one's own, by the clock of this place. */
function OwnTime({ fromMs, untilMs, onChange }: { fromMs: number; untilMs: number; onChange: (fromMs: number, untilMs: number) => void }) {
  const [ends, setEnds] = useState([toLocal(fromMs), toLocal(untilMs)] as const);
  const [from, until] = ends.map(fromLocal) as [number, number];
  const problem = spanProblem(from, until);
  const set = (next: readonly [string, string]) => {
    setEnds(next);
    const [first, last] = next.map(fromLocal) as [number, number];
    if (!spanProblem(first, last)) onChange(first, last);
  };
  return (
    <>
      <label class="field">
        From
        <input type="datetime-local" value={ends[0]} aria-invalid={problem !== ""} onInput={(event) => set([event.currentTarget.value, ends[1]])} />
      </label>
      <label class="field">
        Until
        <input type="datetime-local" value={ends[1]} aria-invalid={problem !== ""} onInput={(event) => set([ends[0], event.currentTarget.value])} />
      </label>
      {problem && (
        <p class="hint filters-problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

function Filters({ filter, onChange }: { filter: QoeFilter; onChange: (filter: QoeFilter) => void }) {
  const change = (part: Partial<QoeFilter>) => onChange({ ...filter, ...part });
  const buckets = bucketsFor(filter.lengthMs);
  const choose = (lengthMs: number) => {
    if (lengthMs > 0) return change({ lengthMs, own: undefined, bucketMs: bucketFor(lengthMs) });
    const untilMs = Math.ceil(Date.now() / hour) * hour;
    change({ lengthMs: 24 * hour, own: { fromMs: untilMs - 24 * hour, untilMs }, bucketMs: bucketFor(24 * hour) });
  };
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
      <TitleField titleId={filter.titleId} onChange={(titleId) => titleId !== filter.titleId && change({ titleId, variantId: "" })} />
      <VariantField titleId={filter.titleId} value={filter.variantId} onChange={(variantId) => change({ variantId })} />
      {text("country", "Country", 2)}
      {text("device", "Device", 64)}
      {text("appVersion", "Version", 64)}
      <label class="field">
        Time
        <select value={filter.own ? "0" : String(filter.lengthMs)} onChange={(event) => choose(Number(event.currentTarget.value))}>
          {ranges.map(({ ms, name }) => (
            <option key={ms} value={String(ms)}>
              {name}
            </option>
          ))}
          <option value="0">From … until …</option>
        </select>
      </label>
      {filter.own && (
        <OwnTime
          {...filter.own}
          onChange={(fromMs, untilMs) => change({ lengthMs: untilMs - fromMs, own: { fromMs, untilMs }, bucketMs: bucketFor(untilMs - fromMs) })}
        />
      )}
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
  useEffect(() => {
    if (!token.peek()) isSigningIn.value = true;
  }, []);
  return (
    <>
      <h1>Operations</h1>
      {claims.value ? (
        <>
          <Filters filter={filter} onChange={setFilter} />
          <Live titleId={filter.titleId} country={filter.country} />
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
