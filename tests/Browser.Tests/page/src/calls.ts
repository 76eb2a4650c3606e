// Calls as a player's page makes them, with @connectrpc/connect-web. Services and methods are named as in the contract.
import { fromJson, toJson, type DescMethod, type DescService, type JsonValue, type Message } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type CallOptions } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { TitleService } from "../gen/moviesnow/catalog/v1/title_service_pb";
import { DownloadLinkService } from "../gen/moviesnow/delivery/v1/download_link_service_pb";
import { PlaybackSessionService } from "../gen/moviesnow/telemetry/v1/playback_session_service_pb";
import { QoeService } from "../gen/moviesnow/telemetry/v1/qoe_service_pb";
import { ProxyUploadService } from "../gen/moviesnow/upload/v1/proxy_upload_service_pb";
import { BadRequestSchema, ErrorInfoSchema } from "../gen/google/rpc/error_details_pb";

const services: Record<string, DescService> = { DownloadLinkService, TitleService, PlaybackSessionService, ProxyUploadService, QoeService };

export interface Call {
  address: string;
  service: string;
  method: string;
  request: JsonValue;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

export function describe(call: Call): { service: DescService; method: DescMethod; request: Message } {
  const service = services[call.service]!;
  const method = service.methods.find((candidate) => candidate.name === call.method)!;
  return { service, method, request: fromJson(method.input, call.request) };
}

function prepare(call: Call, options: CallOptions) {
  const { service, method, request } = describe(call);
  const client = createClient(service, createGrpcWebTransport({ baseUrl: call.address })) as Record<string, Function>;
  const all: CallOptions = { headers: call.headers ?? {}, timeoutMs: call.timeoutMs, ...options };
  return { method, result: client[method.localName]!(request, all) };
}

export function failure(error: unknown) {
  const known = ConnectError.from(error);
  return {
    code: Code[known.code],
    message: known.rawMessage,
    reasons: known.findDetails(ErrorInfoSchema).map((info) => `${info.domain}/${info.reason}`),
    fields: known.findDetails(BadRequestSchema).flatMap((details) => details.fieldViolations.map((violation) => violation.field)),
    headers: Object.fromEntries(known.metadata),
  };
}

export async function unary(call: Call) {
  let headers = {};
  try {
    const { method, result } = prepare(call, { onHeader: (received) => (headers = Object.fromEntries(received)) });
    return { response: toJson(method.output, await result), headers };
  } catch (error) {
    return failure(error);
  }
}

export async function stream(call: Call, signal: AbortSignal, onMessage: (message: JsonValue) => void) {
  try {
    const { method, result } = prepare(call, { signal });
    for await (const message of result) onMessage(toJson(method.output, message as Message));
    return { code: "Ok" };
  } catch (error) {
    return failure(error);
  }
}
