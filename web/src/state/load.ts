import { describeError, type RpcFailure } from "@moviesnow/client";
import { useEffect, useState } from "preact/hooks";

/** What became of a question to a service. */
export type Loaded<T> = { state: "loading" } | { state: "failed"; failure: RpcFailure; retry: () => void } | { state: "ready"; value: T };

/** Asks when the page is drawn, and anew when `inputs` change. An answer that is no longer wanted is dropped. */
export function useLoad<T>(ask: (signal: AbortSignal) => Promise<T>, inputs: readonly unknown[]): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: "loading" });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const aborting = new AbortController();
    setLoaded({ state: "loading" });
    ask(aborting.signal).then(
      (value) => aborting.signal.aborted || setLoaded({ state: "ready", value }),
      (error: unknown) => {
        if (aborting.signal.aborted) return;
        setLoaded({ state: "failed", failure: describeError(error), retry: () => setAttempt((before) => before + 1) });
      },
    );
    return () => aborting.abort();
  }, [...inputs, attempt]);
  return loaded;
}
