import net from "node:net";
import { expect } from "vitest";
import type { Answer } from "./given.ts";

export interface ProblemParts {
  readonly code?: string;
  /** The pointers of all faults, in any order. */
  readonly pointers?: readonly string[];
  readonly outcome?: "unknown" | undefined;
}

declare module "vitest" {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** A problem (RFC 9457) with this status and the fields that each of the gateway's problems has. */
    toBeProblem(this: Matchers<R, T>, status: number, parts?: ProblemParts): R;
  }
}

expect.extend({
  toBeProblem(answer: Answer, status: number, parts: ProblemParts = {}) {
    const problem = answer.json as Record<string, unknown>;
    const pointers = ((problem["errors"] ?? []) as { pointer: string }[]).map(({ pointer }) => pointer).sort();
    const seen = {
      status: answer.status,
      type: answer.headers["content-type"],
      members: [problem["status"], typeof problem["title"], typeof problem["detail"], problem["instance"]],
      ...(parts.code && { code: problem["code"], typeUrl: problem["type"] }),
      ...(parts.pointers && { pointers }),
      ...("outcome" in parts && { outcome: problem["outcome"] }),
    };
    const wanted = {
      status,
      type: "application/problem+json",
      members: [status, "string", "string", answer.headers["x-request-id"]],
      ...(parts.code && { code: parts.code, typeUrl: `/docs/problems#${parts.code}` }),
      ...(parts.pointers && { pointers: [...parts.pointers].sort() }),
      ...("outcome" in parts && { outcome: parts.outcome }),
    };
    return {
      pass: this.equals(seen, wanted),
      message: () => this.utils.diff(wanted, seen) ?? "",
      actual: seen,
      expected: wanted,
    };
  },
});

/** Closes the network: a test may talk to this machine only. */
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
  const [first] = args.flat();
  const host =
    typeof first === "object" && first !== null && "host" in first ? String(first.host ?? "localhost") : "localhost";
  if (!["localhost", "127.0.0.1", "::1"].includes(host)) throw new Error(`a test may not connect to ${host}`);
  return Reflect.apply(connect, this, args);
} as typeof connect;
