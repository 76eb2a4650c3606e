import { createClient, type Client, type Interceptor } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { ArtworkService } from "./gen/moviesnow/catalog/v1/artwork_service_pb.js";
import { PlaybackService as CatalogPlaybackService } from "./gen/moviesnow/catalog/v1/playback_service_pb.js";
import { SeasonService } from "./gen/moviesnow/catalog/v1/season_service_pb.js";
import { TitleService } from "./gen/moviesnow/catalog/v1/title_service_pb.js";
import { DownloadLinkService } from "./gen/moviesnow/delivery/v1/download_link_service_pb.js";
import { PlaybackService } from "./gen/moviesnow/delivery/v1/playback_service_pb.js";
import { PlaybackSessionService } from "./gen/moviesnow/telemetry/v1/playback_session_service_pb.js";
import { QoeService } from "./gen/moviesnow/telemetry/v1/qoe_service_pb.js";
import { ViewerService } from "./gen/moviesnow/telemetry/v1/viewer_service_pb.js";

/** Where the services are, and who calls. */
export interface ClientOptions {
  /** Address of Catalog's endpoint `http`, such as `https://catalog.example`. */
  catalog: string;
  /** Address of Delivery's endpoint `http`. */
  delivery: string;
  /** Address of Telemetry's endpoint `http`. */
  telemetry: string;
  /** Access token, asked for each call; undefined or empty for an anonymous call. */
  token?: () => string | undefined;
  /** Sent as `x-api-key`, where a deployment asks for one. */
  apiKey?: string;
  /** How long a unary call may take, in milliseconds; 15,000 when absent. */
  timeoutMs?: number;
}

/** A client for each service that players need. All are public but `viewer` (a token) and `qoe` (an administrator). */
export interface Clients {
  titles: Client<typeof TitleService>;
  seasons: Client<typeof SeasonService>;
  artwork: Client<typeof ArtworkService>;
  /** What a film or an episode consists of: variants, audio, subtitles, artwork, encryption. */
  media: Client<typeof CatalogPlaybackService>;
  downloads: Client<typeof DownloadLinkService>;
  /** Grants to play. */
  playback: Client<typeof PlaybackService>;
  sessions: Client<typeof PlaybackSessionService>;
  viewer: Client<typeof ViewerService>;
  qoe: Client<typeof QoeService>;
}

/** Clients over gRPC-Web. They hold no connections and may be created as often as one likes. */
export function createClients(options: ClientOptions): Clients {
  const identify: Interceptor = (next) => (request) => {
    const token = options.token?.();
    if (token) request.header.set("authorization", `Bearer ${token}`);
    if (options.apiKey) request.header.set("x-api-key", options.apiKey);
    return next(request);
  };
  const transport = (baseUrl: string) =>
    createGrpcWebTransport({ baseUrl, interceptors: [identify], defaultTimeoutMs: options.timeoutMs ?? 15_000 });
  const [catalog, delivery, telemetry] = [transport(options.catalog), transport(options.delivery), transport(options.telemetry)];
  return {
    titles: createClient(TitleService, catalog),
    seasons: createClient(SeasonService, catalog),
    artwork: createClient(ArtworkService, catalog),
    media: createClient(CatalogPlaybackService, catalog),
    downloads: createClient(DownloadLinkService, delivery),
    playback: createClient(PlaybackService, delivery),
    sessions: createClient(PlaybackSessionService, telemetry),
    viewer: createClient(ViewerService, telemetry),
    // What is watched has no deadline.
    qoe: createClient(QoeService, createGrpcWebTransport({ baseUrl: options.telemetry, interceptors: [identify] })),
  };
}
