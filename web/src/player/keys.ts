/** What keys do while a film plays, as the help names it. */
export const help: readonly [keys: string, what: string][] = [
  ["Space, K", "Play or pause"],
  ["←  →", "5 seconds back or on"],
  ["J  L", "10 seconds back or on"],
  ["↑  ↓", "Louder or quieter"],
  ["0 – 9", "Jump to tenths of the film"],
  ["M", "Sound off or on"],
  ["C", "Subtitles off or on"],
  ["F", "Full screen"],
  ["?", "This help"],
];

/** What the keys can do. */
export interface KeyTarget {
  video: HTMLVideoElement;
  toggleFullScreen: () => void;
  toggleSubtitles: () => void;
  toggleHelp: () => void;
}

/** Does what a key means; false when it means nothing here. */
export function press(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "target">, { video, ...target }: KeyTarget): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const element = event.target as HTMLElement | null;
  const name = element?.tagName ?? "";
  // Whoever writes or chooses means the field; sliders and buttons keep the keys that work them.
  if (name === "TEXTAREA" || name === "SELECT" || (name === "INPUT" && (element as HTMLInputElement).type !== "range")) return false;
  if (element?.closest("dialog")) return false;
  const isSlider = name === "INPUT";
  const isButton = name === "BUTTON" || name === "A";
  const jump = (seconds: number) => {
    video.currentTime = Math.min(Math.max(0, video.currentTime + seconds), video.duration || 0);
    return true;
  };
  const louder = (by: number) => {
    video.volume = Math.min(1, Math.max(0, video.volume + by));
    if (by > 0) video.muted = false;
    return true;
  };
  const key = event.key.toLowerCase();
  if (isSlider && key.startsWith("arrow")) return false;
  if (isButton && (key === " " || key === "enter")) return false;
  switch (key) {
    case " ":
    case "k":
      if (video.paused) void video.play().catch(() => {});
      else video.pause();
      return true;
    case "arrowleft":
      return jump(-5);
    case "arrowright":
      return jump(5);
    case "j":
      return jump(-10);
    case "l":
      return jump(10);
    case "arrowup":
      return louder(0.1);
    case "arrowdown":
      return louder(-0.1);
    case "m":
      video.muted = !video.muted;
      return true;
    case "c":
      target.toggleSubtitles();
      return true;
    case "f":
      target.toggleFullScreen();
      return true;
    case "?":
      target.toggleHelp();
      return true;
    default:
      if (!/^[0-9]$/.test(key) || !(video.duration > 0)) return false;
      video.currentTime = (Number(key) / 10) * video.duration;
      return true;
  }
}
