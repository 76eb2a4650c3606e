import { useEffect } from "preact/hooks";

/** Names the page in the browser's tab. */
export function useTitle(name: string): void {
  useEffect(() => {
    document.title = name ? `${name} – MoviesNow` : "MoviesNow";
  }, [name]);
}
