import { createClients, Outbox, OutboxStore, type Clients } from "@moviesnow/client";
import type { SiteConfig } from "../../server/settings";
import { claims, token } from "./account";

/** The services as this page calls them; set once, before anything is drawn. */
export let api: Clients;
export let outbox: Outbox;
let mediaUrl = "";

export function connect(config: SiteConfig): void {
  const addresses = { catalog: config.catalogUrl, delivery: config.deliveryUrl, telemetry: config.telemetryUrl };
  mediaUrl = config.mediaUrl;
  api = createClients({ ...addresses, token: () => token.peek() });
  outbox = new Outbox({
    telemetry: config.telemetryUrl,
    sessions: api.sessions,
    anonymous: createClients(addresses).sessions,
    viewer: () => claims.peek()?.subject ?? "",
    store: new OutboxStore(storage()),
  });
  outbox.adoptForever();
}

/** Address of a picture by its key in the bucket; undefined where there is no CDN. */
export const mediaAddress = (storageKey: string): string | undefined => (mediaUrl ? `${mediaUrl}/${storageKey}` : undefined);

/** Browsers may forbid storage, and say so by throwing. */
function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
