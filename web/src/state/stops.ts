import { timestampMs } from "@moviesnow/client";
import type { Stop } from "../pure/resume";
import { claims } from "./account";
import { api } from "./services";

const key = "moviesnow.stops";
const most = 100;

/** Where this browser's anonymous viewer stopped. */
function local(): Stop[] {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "[]") as Stop[];
  } catch {
    return [];
  }
}

/** Remembers a stop of an anonymous viewer. The service knows those of people who are signed in, from the events. */
export function rememberStop(stop: Stop): void {
  if (claims.peek()) return;
  const others = local().filter((other) => other.titleId !== stop.titleId || other.episodeId !== stop.episodeId);
  try {
    localStorage.setItem(key, JSON.stringify([stop, ...others].slice(0, most)));
  } catch {
    // Then it begins at the beginning.
  }
}

/** All stops of whoever watches, newest first. */
export async function loadStops(signal?: AbortSignal): Promise<Stop[]> {
  if (!claims.peek()) return local();
  const { positions } = await api.viewer.listContinueWatching({ pageSize: 100 }, signal ? { signal } : {});
  return positions.map((position) => ({
    titleId: position.titleId,
    episodeId: position.episodeId,
    positionMs: Number(position.positionMs),
    durationMs: 0,
    at: position.watchTime ? timestampMs(position.watchTime) : 0,
    isCompleted: position.isCompleted,
  }));
}
