/** Messages and enums of the catalogue. */
export * from "./gen/moviesnow/catalog/v1/title_pb.js";
export * from "./gen/moviesnow/catalog/v1/title_service_pb.js";
export * from "./gen/moviesnow/catalog/v1/season_service_pb.js";
export * from "./gen/moviesnow/catalog/v1/asset_pb.js";
export * from "./gen/moviesnow/catalog/v1/bundle_pb.js";
export * from "./gen/moviesnow/catalog/v1/stream_variant_pb.js";
export * from "./gen/moviesnow/catalog/v1/playback_service_pb.js";
export * from "./gen/moviesnow/catalog/v1/artwork_service_pb.js";
