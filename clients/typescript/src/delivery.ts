/** Messages and enums of Delivery: links to downloads, and grants to play. */
export * from "./gen/moviesnow/delivery/v1/download_link_service_pb.js";
export * from "./gen/moviesnow/delivery/v1/playback_service_pb.js";
