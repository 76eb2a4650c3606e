import { durationMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "./gen/google/rpc/error_details_pb.js";

const domain = "moviesnow";

/** A field of the request that was refused. */
export interface FieldProblem {
  field: string;
  description: string;
}

/** Why a call failed. */
export interface RpcFailure {
  /** Canonical code. */
  code: Code;
  /** Reason as `error_reason.proto` lists it, such as `TITLE_NOT_FOUND`; empty when no service answered. */
  reason: string;
  /** For people, in English. */
  message: string;
  /** Further facts, such as `detail` or `correlation_id`. */
  metadata: Record<string, string>;
  /** Fields that were refused. */
  fields: FieldProblem[];
  /** When a retry may help, in milliseconds from now; absent when the service did not say. */
  retryAfterMs?: number;
  /** True when the same call may succeed later. */
  isTransient: boolean;
}

const transient = new Set([Code.Unavailable, Code.ResourceExhausted, Code.Aborted, Code.DeadlineExceeded]);
const hopeless = new Set(["MESSAGE_TOO_LARGE", "PROXY_TOO_LARGE", "ETAG_MISMATCH"]);

/** Reads whatever a call threw. A network that fails is `Unavailable` without a reason. */
export function describeError(error: unknown): RpcFailure {
  // fetch reports every failure to reach a server as a TypeError.
  const known = error instanceof TypeError ? new ConnectError(error.message, Code.Unavailable) : ConnectError.from(error);
  const unreachable = known.code === Code.Unknown && known.cause instanceof TypeError;
  const code = unreachable ? Code.Unavailable : known.code;
  const info = known.findDetails(ErrorInfoSchema).find((details) => details.domain === domain);
  const retry = known.findDetails(RetryInfoSchema)[0]?.retryDelay;
  const reason = info?.reason ?? "";
  return {
    code,
    reason,
    message: known.rawMessage,
    metadata: info?.metadata ?? {},
    fields: known.findDetails(BadRequestSchema).flatMap((details) => details.fieldViolations.map(({ field, description }) => ({ field, description }))),
    ...(retry && { retryAfterMs: durationMs(retry) }),
    isTransient: transient.has(code) && !hopeless.has(reason),
  };
}
