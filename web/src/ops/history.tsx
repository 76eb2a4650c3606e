import { create, durationFromMs, timestampDate, timestampFromMs, timestampMs } from "@moviesnow/client";
import { QoeMetricsSchema, type QoeMetrics } from "@moviesnow/client/telemetry";
import { useMemo } from "preact/hooks";
import { EmptyPanel, FailurePanel, Waiting } from "../components/panels";
import { moment } from "../pure/format";
import { token } from "../state/account";
import { useLoad } from "../state/load";
import { api } from "../state/services";
import { Chart } from "./chart";
import { charts, fill, spanBetween, spanUntil, type ChartPlan } from "./measures";

export interface QoeFilter {
  titleId: string;
  variantId: string;
  country: string;
  device: string;
  appVersion: string;
  /** How long the time is, in milliseconds: it ends now, unless it is one of one's own. */
  lengthMs: number;
  own: { fromMs: number; untilMs: number } | undefined;
  bucketMs: number;
}

const nothing = create(QoeMetricsSchema);

function PlannedChart({ plan, columns }: { plan: ChartPlan; columns: { atMs: number; value: QoeMetrics | undefined }[] }) {
  const times = useMemo(() => columns.map(({ atMs }) => atMs), [columns]);
  const series = useMemo(
    () => plan.lines.map(({ name, of, show }) => ({ name, show, values: columns.map(({ value }) => of(value ?? nothing)) })),
    [columns, plan],
  );
  return <Chart name={plan.name} timesMs={times} series={series} />;
}

/** Quality over time. */
export function History({ filter, asked }: { filter: QoeFilter; asked: number }) {
  const { lengthMs, own, bucketMs, ...rest } = filter;
  const loaded = useLoad(
    async (signal) => {
      const { fromMs, untilMs } = own ? spanBetween(own.fromMs, own.untilMs, bucketMs) : spanUntil(Date.now(), lengthMs, bucketMs);
      const answer = await api.qoe.getQoe(
        { ...rest, from: timestampFromMs(fromMs), until: timestampFromMs(untilMs), bucket: durationFromMs(bucketMs) },
        { signal, timeoutMs: 30_000 },
      );
      const buckets = answer.buckets.map((bucket) => ({ atMs: timestampMs(bucket.startTime!), value: bucket.metrics! }));
      return { columns: fill(buckets, fromMs, untilMs, bucketMs), isEmpty: buckets.length === 0, until: answer.completeUntil };
    },
    [...Object.values(filter), token.value, asked],
  );
  if (loaded.state === "loading") return <Waiting count={4} shape="line" />;
  if (loaded.state === "failed") return <FailurePanel failure={loaded.failure} retry={loaded.retry} />;
  const { columns, isEmpty, until } = loaded.value;
  if (isEmpty) return <EmptyPanel heading="Nobody watched">There was nothing to measure in this time with these filters.</EmptyPanel>;
  return (
    <>
      {until && <p class="hint">Complete until {moment(timestampDate(until))}.</p>}
      <div class="charts">
        {charts.map((plan) => (
          <PlannedChart key={plan.name} plan={plan} columns={columns} />
        ))}
      </div>
    </>
  );
}
