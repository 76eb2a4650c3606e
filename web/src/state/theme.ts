import { effect, signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";
const key = "moviesnow.theme";

const stored = () => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};

export const theme = signal<Theme>(stored() === "light" ? "light" : stored() === "dark" ? "dark" : "auto");

/** Keeps the choice, and tells the style sheet. */
export function applyTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    try {
      localStorage.setItem(key, theme.value);
    } catch {
      // Then it is chosen again next time.
    }
  });
}
