import { create } from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { describeError } from "../src/errors.js";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "../src/gen/google/rpc/error_details_pb.js";

test("a refusal gives reason, facts, fields and when to retry", () => {
  const error = new ConnectError("too many", Code.ResourceExhausted, undefined, [
    { desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { domain: "elsewhere", reason: "NOT_OURS" }) },
    { desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { domain: "moviesnow", reason: "RATE_LIMITED", metadata: { detail: "60 a minute" } }) },
    { desc: RetryInfoSchema, value: create(RetryInfoSchema, { retryDelay: create(DurationSchema, { seconds: 2n, nanos: 500_000_000 }) }) },
    { desc: BadRequestSchema, value: create(BadRequestSchema, { fieldViolations: [{ field: "query", description: "is required" }] }) },
  ]);

  expect(describeError(error)).toEqual({
    code: Code.ResourceExhausted,
    reason: "RATE_LIMITED",
    message: "too many",
    metadata: { detail: "60 a minute" },
    fields: [{ field: "query", description: "is required" }],
    retryAfterMs: 2_500,
    isTransient: true,
  });
});

test.each([
  ["a network that fails", new TypeError("Failed to fetch"), Code.Unavailable, true],
  ["one that fails within the library", new ConnectError("x", Code.Unknown, undefined, undefined, new TypeError("Failed to fetch")), Code.Unavailable, true],
  ["a refused call", new ConnectError("no", Code.PermissionDenied), Code.PermissionDenied, false],
  ["a defect", new Error("oops"), Code.Unknown, false],
])("%s is told apart", (_, error, code, isTransient) => {
  expect(describeError(error)).toMatchObject({ code, isTransient, reason: "" });
});
