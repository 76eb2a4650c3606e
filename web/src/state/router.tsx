import { computed, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

const current = signal(new URL(location.href));

/** Where the visitor is. */
export const path = computed(() => current.value.pathname);
export const query = computed(() => current.value.searchParams);

addEventListener("popstate", () => (current.value = new URL(location.href)));

/** Goes to an address of the site. A replaced one cannot be gone back to. */
export function go(address: string, replace = false): void {
  history[replace ? "replaceState" : "pushState"](null, "", address);
  const isOtherPage = new URL(location.href).pathname !== current.peek().pathname;
  current.value = new URL(location.href);
  if (!isOtherPage) return;
  scrollTo(0, 0);
  // Readers of the screen begin at the new page's heading.
  requestAnimationFrame(() => document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true }));
}

interface LinkProps {
  href: string;
  children: ComponentChildren;
  class?: string;
  "aria-label"?: string;
  "aria-current"?: "page" | undefined;
}

/** An anchor that stays in the page. */
export function Link({ href, children, ...rest }: LinkProps) {
  const onClick = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(href);
  };
  return (
    <a href={href} onClick={onClick} {...rest}>
      {children}
    </a>
  );
}
