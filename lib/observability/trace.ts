import { randomBytes } from "node:crypto";

/**
 * AWS X-Ray's trace of the running invocation, which Lambda's runtime puts into the environment:
 * `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`. Undefined outside of Lambda.
 */
const xRayTrace = (): { readonly root: string; readonly parent: string; readonly isSampled: boolean } | undefined => {
  const header = process.env["_X_AMZN_TRACE_ID"] ?? "";
  const [, root] = /Root=(1-[0-9a-f]{8}-[0-9a-f]{24})/.exec(header) ?? [];
  const [, parent] = /Parent=([0-9a-f]{16})/.exec(header) ?? [];
  return root && parent ? { root, parent, isSampled: header.includes("Sampled=1") } : undefined;
};

export const xRayTraceId = (): string | undefined => xRayTrace()?.root;

/** A `traceparent` of any version but ff, which is invalid (W3C Trace Context, 3.2). */
const pattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * The caller's `traceparent`, or else one of X-Ray's trace, or else a new one. One that cannot be read is ignored, not
 * answered with an error (W3C Trace Context, 3.2).
 */
export const traceparentFor = (given: string | undefined): string => {
  if (given !== undefined && pattern.test(given)) return given;
  const { root, parent, isSampled } = xRayTrace() ?? {};
  const trace = root?.slice(2).replace("-", "") ?? randomBytes(16).toString("hex");
  return `00-${trace}-${parent ?? randomBytes(8).toString("hex")}-${isSampled ? "01" : "00"}`;
};
