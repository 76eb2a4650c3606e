import { useEffect, useId, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { theme } from "../state/theme";

export interface Series {
  name: string;
  values: number[];
  show: (value: number) => string;
}

const height = 180;
const colours = ["--line-1", "--line-2", "--line-3"];

const times = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const wholeSteps = [1, 2, 5].flatMap((step) => Array.from({ length: 9 }, (_, power) => step * 10 ** power)).sort((one, other) => one - other);
const isWhole = ({ values, show }: Series) => show(1) === "1" && values.every(Number.isInteger);

/** A colour of the style sheet as the canvas takes it, whichever of light and dark it is now. */
function colour(element: HTMLElement, variable: string): string {
  element.style.color = `var(${variable})`;
  const resolved = getComputedStyle(element).color;
  element.style.color = "";
  return resolved;
}

/** Lines over time, and the same numbers as a table for whoever does not see them. */
export function Chart({ name, timesMs, series }: { name: string; timesMs: number[]; series: Series[] }) {
  const host = useRef<HTMLDivElement>(null);
  const id = useId();
  const shade = theme.value;
  useEffect(() => {
    const element = host.current!;
    const axis = { stroke: colour(element, "--muted"), grid: { stroke: colour(element, "--rule"), width: 1 }, ticks: { show: false } };
    const first = series[0]!;
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        cursor: { y: false },
        legend: { live: true },
        scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] } },
        axes: [
          { ...axis, values: (_, splits, __, ___, step) => splits.map((seconds) => (step < 86_400 ? times : days).format(seconds * 1000)) },
          { ...axis, size: 72, ...(series.every(isWhole) && { incrs: wholeSteps }), values: (_, splits) => splits.map((value) => first.show(value)) },
        ],
        series: [
          { label: "Time" },
          ...series.map((one, index) => ({
            label: one.name,
            stroke: colour(element, colours[index]!),
            width: 2,
            points: { show: timesMs.length < 40 },
            value: (_: uPlot, value: number | null) => (value === null ? "–" : one.show(value)),
          })),
        ],
      },
      [timesMs.map((time) => time / 1000), ...series.map((one) => one.values)],
      element,
    );
    const resizing = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    resizing.observe(element);
    return () => {
      resizing.disconnect();
      plot.destroy();
    };
  }, [timesMs, series, shade]);

  const when = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit" });
  return (
    <figure class="chart" aria-labelledby={id}>
      <figcaption id={id}>{name}</figcaption>
      <div ref={host} aria-hidden="true" />
      <details>
        <summary>
          Numbers <span class="visually-hidden">of {name}</span>
        </summary>
        <div class="table-frame" tabIndex={0} role="region" aria-label={`Numbers of ${name}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                {series.map((one) => (
                  <th key={one.name} scope="col">
                    {one.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {timesMs.map((time, index) => (
                <tr key={time}>
                  <th scope="row">{when.format(time)}</th>
                  {series.map((one) => (
                    <td key={one.name}>{one.show(one.values[index]!)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
