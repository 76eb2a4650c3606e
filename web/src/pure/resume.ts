/** Where somebody stopped. */
export interface Stop {
  titleId: string;
  /** Empty for a film. */
  episodeId: string;
  positionMs: number;
  /** 0 when unknown. */
  durationMs: number;
  /** When, milliseconds since 1970. */
  at: number;
  isCompleted: boolean;
}

const leastMs = 15_000;
const rewindMs = 3_000;
/** Credits: what is left then is not continued. */
const nearlyAll = 0.95;

/** True when there is something to go on with. */
export function isResumable(stop: Pick<Stop, "positionMs" | "durationMs" | "isCompleted">): boolean {
  if (stop.isCompleted) return false;
  // A short clip is begun after a tenth of it.
  const least = stop.durationMs > 0 ? Math.min(leastMs, stop.durationMs / 10) : leastMs;
  return stop.positionMs >= least && (stop.durationMs <= 0 || stop.positionMs < stop.durationMs * nearlyAll);
}

/** Where to begin, in milliseconds: a moment before the stop, or the beginning. */
export function resumePosition(stop: Pick<Stop, "positionMs" | "durationMs" | "isCompleted"> | undefined): number {
  return stop && isResumable(stop) ? Math.max(0, stop.positionMs - rewindMs) : 0;
}

/** How much was seen, 0 to 1; a third when the length is unknown, so that it looks begun. */
export function progress(stop: Stop): number {
  return stop.durationMs > 0 ? Math.min(1, stop.positionMs / stop.durationMs) : 1 / 3;
}

/** The latest stop of each title, newest first, without what was watched to the end. How long a work is may not be known yet. */
export function latest(stops: readonly Stop[]): Stop[] {
  const seen = new Set<string>();
  return [...stops]
    .sort((one, other) => other.at - one.at)
    .filter((stop) => !stop.isCompleted && !seen.has(stop.titleId) && seen.add(stop.titleId));
}
