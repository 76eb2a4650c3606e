import { computed, signal } from "@preact/signals";
import { claimsOf } from "@moviesnow/client";

const key = "moviesnow.token";

/** The access token; in this tab's session storage only. */
export const token = signal(sessionStorage.getItem(key) ?? "");

/** What it says of its bearer, unverified: for the page's looks alone. */
export const claims = computed(() => claimsOf(token.value));

export const isSigningIn = signal(false);

/** Takes a token that looks like one and has not expired; gives what is wrong with it otherwise. */
export function signIn(text: string): string | undefined {
  const candidate = text.trim().replace(/^Bearer\s+/i, "");
  const read = claimsOf(candidate);
  if (!read) return "This is not an access token: it has three parts, separated by dots.";
  if (read.expiresAt !== undefined && read.expiresAt <= Date.now()) return "This token has expired.";
  sessionStorage.setItem(key, candidate);
  token.value = candidate;
  return undefined;
}

export function signOut(): void {
  sessionStorage.removeItem(key);
  token.value = "";
}
