/** Messages and enums of Telemetry: sessions, events, quality, and what a viewer watched. */
export * from "./gen/moviesnow/telemetry/v1/event_pb.js";
export * from "./gen/moviesnow/telemetry/v1/session_pb.js";
export * from "./gen/moviesnow/telemetry/v1/playback_session_service_pb.js";
export * from "./gen/moviesnow/telemetry/v1/qoe_service_pb.js";
export * from "./gen/moviesnow/telemetry/v1/viewer_service_pb.js";
