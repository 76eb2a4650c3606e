import type { QoeMetrics } from "@moviesnow/client/telemetry";
import { megabits, percent, span } from "../pure/format";

/** A line of a chart. */
export interface Line {
  name: string;
  of: (metrics: QoeMetrics) => number;
  /** For people. */
  show: (value: number) => string;
}

export interface ChartPlan {
  name: string;
  lines: readonly Line[];
}

const whole = (value: number) => String(Math.round(value));
const viewers = (value: number) => value.toFixed(value < 10 ? 2 : 0);

/** What is drawn, in this order. docs/qoe.md defines each measure. */
export const charts: readonly ChartPlan[] = [
  {
    name: "Viewers at the same time",
    lines: [
      { name: "Average", of: (metrics) => metrics.averageConcurrentViewers, show: viewers },
      { name: "Peak", of: (metrics) => metrics.peakConcurrentViewers, show: viewers },
    ],
  },
  {
    name: "Sessions",
    lines: [
      { name: "Sessions", of: (metrics) => Number(metrics.sessionCount), show: whole },
      { name: "With a picture", of: (metrics) => Number(metrics.startCount), show: whole },
      { name: "To the end", of: (metrics) => Number(metrics.completions), show: whole },
    ],
  },
  {
    name: "Startup time",
    lines: [
      { name: "Median", of: (metrics) => Number(metrics.startupTimeP50Ms), show: span },
      { name: "95th percentile", of: (metrics) => Number(metrics.startupTimeP95Ms), show: span },
    ],
  },
  { name: "Rebuffering", lines: [{ name: "Share of time", of: (metrics) => metrics.rebufferRatio, show: percent }] },
  {
    name: "Failures and exits",
    lines: [
      { name: "Failed to start", of: (metrics) => Number(metrics.startFailures), show: whole },
      { name: "Left before start", of: (metrics) => Number(metrics.exitsBeforeStart), show: whole },
      { name: "Failed while playing", of: (metrics) => Number(metrics.playbackFailures), show: whole },
    ],
  },
  {
    name: "Watched",
    lines: [
      { name: "In sight", of: (metrics) => Number(metrics.watchTimeMs), show: span },
      { name: "Out of sight", of: (metrics) => Number(metrics.hiddenWatchTimeMs), show: span },
    ],
  },
  { name: "Average bitrate", lines: [{ name: "Bitrate", of: (metrics) => Number(metrics.averageBitrateBps), show: megabits }] },
];

/** The buckets that suit a span, as GetQoe takes them: at most 1,500, and not so few that there is nothing to see. */
export function bucketsFor(spanMs: number): { ms: number; name: string }[] {
  const all = [
    { ms: 60_000, name: "Minutes" },
    { ms: 3_600_000, name: "Hours" },
    { ms: 86_400_000, name: "Days" },
  ];
  return all.filter(({ ms }) => spanMs / ms <= 1_500 && spanMs / ms >= 1);
}

/** A span's ends on full buckets: GetQoe takes full minutes, and older sums full hours and days. */
export function spanUntil(nowMs: number, lengthMs: number, bucketMs: number): { fromMs: number; untilMs: number } {
  const untilMs = Math.ceil(nowMs / bucketMs) * bucketMs;
  return { fromMs: untilMs - Math.ceil(lengthMs / bucketMs) * bucketMs, untilMs };
}

const longestMs = 31 * 86_400_000;

/** What is wrong with a time that somebody chose; empty when nothing is. */
export function spanProblem(fromMs: number, untilMs: number): string {
  if (Number.isNaN(fromMs) || Number.isNaN(untilMs)) return "From and until must be dates with times.";
  if (untilMs <= fromMs) return "Until must be later than from.";
  return untilMs - fromMs > longestMs ? "From and until may be 31 days apart at most." : "";
}

/** A chosen time on full buckets: all of it, and what is left of the buckets at its ends. */
export const spanBetween = (fromMs: number, untilMs: number, bucketMs: number) => ({
  fromMs: Math.floor(fromMs / bucketMs) * bucketMs,
  // GetQoe refuses more than 31 days.
  untilMs: Math.min(Math.ceil(untilMs / bucketMs) * bucketMs, Math.floor(fromMs / bucketMs) * bucketMs + longestMs),
});

/** What was measured in a bucket. */
export interface Column<T> {
  atMs: number;
  value: T;
}

/** One column for each bucket of a span: those in which nothing happened are not told, and are zero. */
export function fill<T>(buckets: readonly Column<T>[], fromMs: number, untilMs: number, bucketMs: number): Column<T | undefined>[] {
  const known = new Map(buckets.map(({ atMs, value }) => [Math.floor((atMs - fromMs) / bucketMs), value]));
  const count = Math.ceil((untilMs - fromMs) / bucketMs);
  return Array.from({ length: count }, (_, index) => ({ atMs: fromMs + index * bucketMs, value: known.get(index) }));
}
