// The same over grpc-web, Google's client, in text mode: base64 through XMLHttpRequest, which shows an answer while it arrives.
import { fromBinary, toBinary, toJson, type JsonValue, type Message } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { GrpcWebClientBase, MethodDescriptor, MethodType, type RpcError } from "grpc-web";
import { describe, type Call } from "./calls";

export function stream(call: Call, signal: AbortSignal, onMessage: (message: JsonValue) => void): Promise<{ code: string }> {
  const { service, method, request } = describe(call);
  const url = `${call.address}/${service.typeName}/${method.name}`;
  const descriptor = new MethodDescriptor(
    url,
    method.methodKind === "unary" ? MethodType.UNARY : MethodType.SERVER_STREAMING,
    Object as never,
    Object as never,
    (message: Message) => toBinary(method.input, message),
    (bytes: Uint8Array) => fromBinary(method.output, bytes),
  );
  const client = new GrpcWebClientBase({ format: "text" });
  const received = client.serverStreaming(url, request as never, call.headers ?? {}, descriptor as never);
  signal.addEventListener("abort", () => received.cancel());
  return new Promise((resolve) => {
    received.on("data", (message) => onMessage(toJson(method.output, message as never)));
    received.on("error", (error: RpcError) => resolve({ code: Code[error.code] ?? `${error.code}` }));
    received.on("end", () => resolve({ code: "Ok" }));
  });
}
