/** What the site asks of its own server: where everything else is. */
export interface SiteConfig {
  catalogUrl: string;
  deliveryUrl: string;
  telemetryUrl: string;
  mediaUrl: string;
}

const trimmed = (address: string | undefined, fallback: string) => (address || fallback).replace(/\/+$/, "");

/** Reads `MOVIESNOW_…_URL`; the fallbacks are the AppHost's usual ports. */
export function configFrom(environment: Record<string, string | undefined>): SiteConfig {
  return {
    catalogUrl: trimmed(environment.MOVIESNOW_CATALOG_URL, "http://localhost:5111"),
    deliveryUrl: trimmed(environment.MOVIESNOW_DELIVERY_URL, "http://localhost:5131"),
    telemetryUrl: trimmed(environment.MOVIESNOW_TELEMETRY_URL, "http://localhost:5141"),
    mediaUrl: trimmed(environment.MOVIESNOW_MEDIA_URL, ""),
  };
}

const originOf = (address: string) => (URL.canParse(address) ? new URL(address).origin : "");

/** The Content-Security-Policy that the site works under. hls.js runs its worker from a blob, media comes out of one, and subtitles hang on an empty track. */
export function securityPolicy(config: SiteConfig): string {
  const services = [config.catalogUrl, config.deliveryUrl, config.telemetryUrl].map(originOf);
  const media = originOf(config.mediaUrl);
  const sources = (...names: string[]) => [...new Set(["'self'", ...names])].filter(Boolean).join(" ");
  return [
    "default-src 'none'",
    `script-src ${sources()}`,
    `style-src ${sources()}`,
    `connect-src ${sources(...services, media)}`,
    `img-src ${sources("data:", media)}`,
    `media-src ${sources("blob:", "data:", media, services[1]!)}`,
    `worker-src ${sources("blob:")}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
