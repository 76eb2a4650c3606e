const units = ["bytes", "kB", "MB", "GB", "TB"];

/** A size with three significant digits, in powers of 1,000: `1.24 GB`. */
export function bytes(size: number | bigint): string {
  let value = Number(size);
  let unit = 0;
  // 999.9 kB would be written as 1000 kB.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return unit === 0 ? `${value} bytes` : `${Number(value.toPrecision(3))} ${units[unit]}`;
}

/** A position in a film: `4:05`, `1:04:05`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A running time: `1 h 52 min`, `48 min`, `12 s`; empty when unknown. */
export function runtime(milliseconds: number | bigint): string {
  const total = Number(milliseconds);
  if (total <= 0) return "";
  if (total < 60_000) return `${Math.max(1, Math.round(total / 1000))} s`;
  const minutes = Math.round(total / 60_000);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A moment for people: `27 Nov 2026, 14:05`. */
export function moment(date: Date): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" }).format(date);
}

/** A moment as fields of date and time have it, by the clock of this place: `2026-11-27T14:05`. */
export function toLocal(milliseconds: number): string {
  return new Date(milliseconds - new Date(milliseconds).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The moment that such a field has; NaN for none. */
export const fromLocal = (text: string): number => (text ? new Date(text).getTime() : NaN);

/** A duration in words that is measured in milliseconds: `820 ms`, `1.4 s`, `3.2 min`, `5.1 h`. */
export function span(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (milliseconds < 3_600_000) return `${(milliseconds / 60_000).toFixed(1)} min`;
  return `${(milliseconds / 3_600_000).toFixed(1)} h`;
}

export const percent = (ratio: number) => `${(ratio * 100).toFixed(ratio < 0.1 ? 2 : 1)} %`;

export const megabits = (bitsPerSecond: number | bigint) => `${(Number(bitsPerSecond) / 1_000_000).toFixed(1)} Mbit/s`;

/** A language's own name, such as `Deutsch`; the tag when the browser does not know it. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
