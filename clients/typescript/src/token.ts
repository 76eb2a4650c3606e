/** What a page may tell of a token without verifying it: only the services decide what it is worth. */
export interface TokenClaims {
  /** Whom it names. */
  subject: string;
  /** Roles, such as `admin`. */
  roles: string[];
  /** When it expires, in milliseconds since 1970; absent when it does not say. */
  expiresAt?: number;
}

/** Reads the claims of a JSON Web Token; undefined when it is none. */
export function claimsOf(token: string): TokenClaims | undefined {
  try {
    const payload = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    const text = new TextDecoder().decode(Uint8Array.from(atob(payload), (character) => character.charCodeAt(0)));
    const claims = JSON.parse(text) as Record<string, unknown>;
    if (typeof claims.sub !== "string") return undefined;
    const roles = [claims.role, claims.roles].flat().filter((role) => typeof role === "string");
    return { subject: claims.sub, roles, ...(typeof claims.exp === "number" && { expiresAt: claims.exp * 1000 }) };
  } catch {
    return undefined;
  }
}

/** Whom a token names; empty without a token, or when it names nobody. */
export const subjectOf = (token: string | undefined): string => (token && claimsOf(token)?.subject) || "";
