import { describeError, timestampMs, type RpcFailure } from "@moviesnow/client";
import type { WatchLiveResponse } from "@moviesnow/client/telemetry";
import { useEffect, useMemo, useState } from "preact/hooks";
import { FailurePanel } from "../components/panels";
import { megabits, percent, span } from "../pure/format";
import { token } from "../state/account";
import { titleName } from "../state/names";
import { Link } from "../state/router";
import { api } from "../state/services";
import { Chart } from "./chart";

const kept = 300;
const [leastPauseMs, mostPauseMs] = [1_000, 30_000];

/** What is going on now, each second, until the page is left. */
export function Live({ titleId, country }: { titleId: string; country: string }) {
  const [answers, setAnswers] = useState<WatchLiveResponse[]>([]);
  const [failure, setFailure] = useState<RpcFailure>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const aborting = new AbortController();
    setAnswers([]);
    setFailure(undefined);
    void watch(aborting.signal);
    return () => aborting.abort();

    async function watch(signal: AbortSignal): Promise<void> {
      for (let pauseMs = leastPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, mostPauseMs)) {
        try {
          for await (const answer of api.qoe.watchLive({ titleId, country }, { signal })) {
            setFailure(undefined);
            setAnswers((before) => [...before.slice(1 - kept), answer]);
            pauseMs = leastPauseMs;
          }
        } catch (error) {
          if (signal.aborted) return;
          const failed = describeError(error);
          setFailure(failed);
          if (!failed.isTransient) return;
        }
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }, [titleId, country, token.value, attempt]);

  const series = useMemo(
    () => [{ name: "Viewers", values: answers.map((answer) => Number(answer.concurrentViewers)), show: (value: number) => String(Math.round(value)) }],
    [answers],
  );
  const times = useMemo(() => answers.map((answer) => (answer.time ? timestampMs(answer.time) : 0)), [answers]);
  if (failure && !failure.isTransient) return <FailurePanel failure={failure} retry={() => setAttempt(attempt + 1)} />;
  const latest = answers.at(-1);
  const metrics = latest?.metrics;
  const tiles: [string, string][] = [
    ["Watching now", latest ? String(latest.concurrentViewers) : "–"],
    ["Startup, median", metrics ? span(Number(metrics.startupTimeP50Ms)) : "–"],
    ["Startup, 95th", metrics ? span(Number(metrics.startupTimeP95Ms)) : "–"],
    ["Rebuffering", metrics ? percent(metrics.rebufferRatio) : "–"],
    ["Failed to start", metrics ? String(metrics.startFailures) : "–"],
    ["Bitrate", metrics ? megabits(metrics.averageBitrateBps) : "–"],
  ];
  return (
    <section aria-labelledby="live-heading">
      <h2 id="live-heading">
        Now <span class={failure || !latest ? "live-dot live-dot-off" : "live-dot"} aria-hidden="true" />
      </h2>
      <p class="hint" role="status">
        {failure ? "The connection was interrupted; trying again." : "Quality of the last five minutes, measured each second."}
      </p>
      <dl class="tiles" id="live-tiles">
        {tiles.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {answers.length > 1 && <Chart name="Watching, last five minutes" timesMs={times} series={series} />}
      {latest && latest.titles.length > 0 && (
        <table class="top">
          <caption>Watched most</caption>
          <thead>
            <tr>
              <th scope="col">Title</th>
              <th scope="col">Viewers</th>
            </tr>
          </thead>
          <tbody>
            {latest.titles.map((title) => (
              <tr key={title.titleId}>
                <th scope="row">
                  <Link href={`/title/${title.titleId}`}>{titleName(title.titleId)}</Link>
                </th>
                <td>{String(title.concurrentViewers)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
