import {
  KeyRejected,
  StudiosMisconfigured,
  StudiosUnavailable,
  StudioUnknown,
  UpstreamBusy,
  UpstreamError,
  UpstreamRefused,
  UpstreamTimedOut,
  UpstreamUnavailable,
  UpstreamUnintelligible,
} from "#lib/perfectgym/errors.ts";
import {
  BodyTooLarge,
  type Fault,
  Forbidden,
  MediaTypeUnsupported,
  RequestInvalid,
  Unauthenticated,
} from "./errors.ts";

/** The kinds of problem, by their stable code. `detail` is what a caller reads where nothing more exact is known. */
export const problemTypes = {
  "request-invalid": {
    status: 400,
    title: "Request invalid",
    detail: "Correct what `errors` lists and send it again.",
  },
  unauthenticated: { status: 401, title: "Not authenticated", detail: "Send a valid access token." },
  forbidden: { status: 403, title: "Forbidden", detail: "The token is not good for this." },
  "not-found": { status: 404, title: "Not found", detail: "There is no such path, or not with this method." },
  "body-too-large": { status: 413, title: "Body too large", detail: "A body may have at most 64 KiB." },
  "media-type-unsupported": { status: 415, title: "Media type unsupported", detail: "Send application/json in UTF-8." },
  "too-many-requests": { status: 429, title: "Too many requests", detail: "Send fewer requests a second." },
  "upstream-refused": {
    status: 409,
    title: "Refused by the studio's system",
    detail: "The studio's system refused the request.",
  },
  "upstream-rejected-key": {
    status: 502,
    title: "Bad gateway",
    detail: "The studio's system refused this gateway. Its operator has been alerted.",
  },
  "upstream-unavailable": {
    status: 502,
    title: "Bad gateway",
    detail: "The studio's system failed or cannot be reached.",
  },
  "upstream-unintelligible": {
    status: 502,
    title: "Bad gateway",
    detail: "The studio's system gave an answer that is not its API.",
  },
  "upstream-busy": {
    status: 503,
    title: "Busy",
    detail: "The studio's system asks for patience: Retry-After says for how many seconds.",
  },
  "studios-unavailable": {
    status: 503,
    title: "Not available",
    detail: "The gateway cannot read its configuration just now. Try again.",
  },
  "upstream-timed-out": {
    status: 504,
    title: "Gateway timeout",
    detail: "The studio's system did not answer in time.",
  },
  "internal-error": {
    status: 500,
    title: "Internal error",
    detail: "The gateway failed. Its log has the request id in `instance`.",
  },
} as const satisfies Record<string, { status: number; title: string; detail: string }>;

export type ProblemCode = keyof typeof problemTypes;

/** An error answer (RFC 9457). `type` is relative to the API's own origin, so it is the same string at every stage. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The request id. */
  readonly instance: string;
  readonly code: ProblemCode;
  readonly errors?: readonly Fault[];
  readonly upstream?: { readonly errorCode?: string; readonly traceId?: string };
  /** Only where a write may have been carried out all the same: read before sending it again. */
  readonly outcome?: "unknown";
}

const inDoubt = "The write may have been carried out all the same: read the data before you send it again.";

const codes: readonly (readonly [new (...args: never) => Error, ProblemCode])[] = [
  [RequestInvalid, "request-invalid"],
  [Unauthenticated, "unauthenticated"],
  [Forbidden, "forbidden"],
  [StudioUnknown, "forbidden"],
  [BodyTooLarge, "body-too-large"],
  [MediaTypeUnsupported, "media-type-unsupported"],
  [UpstreamRefused, "upstream-refused"],
  [KeyRejected, "upstream-rejected-key"],
  [UpstreamUnavailable, "upstream-unavailable"],
  [UpstreamUnintelligible, "upstream-unintelligible"],
  [UpstreamBusy, "upstream-busy"],
  [StudiosUnavailable, "studios-unavailable"],
  [StudiosMisconfigured, "internal-error"],
  [UpstreamTimedOut, "upstream-timed-out"],
];

/** A problem of which nothing more exact is known than its code. */
export const problemWith = (code: ProblemCode, instance: string): Problem => {
  const { status, title, detail } = problemTypes[code];
  return { type: `/docs/problems#${code}`, title, status, detail, instance, code };
};

/** The one place where an error becomes an answer. An error nobody foresaw is an internal one and tells nothing. */
export const problemOf = (error: unknown, instance: string): Problem => {
  const problem = problemWith(codes.find(([type]) => error instanceof type)?.[1] ?? "internal-error", instance);
  if (error instanceof Forbidden) return { ...problem, detail: error.message };
  if (error instanceof StudioUnknown) return { ...problem, detail: "The token is not good for this studio." };
  if (error instanceof RequestInvalid) return { ...problem, errors: error.faults };
  if (error instanceof UpstreamRefused) return { ...problem, ...refusal(error), ...upstreamFacts(error) };
  if (!(error instanceof UpstreamError)) return problem;
  const detail = error.facts.outcome ? `${problem.detail} ${inDoubt}` : problem.detail;
  return { ...problem, detail, ...upstreamFacts(error) };
};

/** Seconds for a Retry-After header; undefined where waiting does not help. */
export const retryAfterOf = (error: unknown): number | undefined => {
  if (error instanceof UpstreamBusy) return error.retryAfterSeconds;
  return error instanceof StudiosUnavailable ? 5 : undefined;
};

const refusal = ({ status, refusal: { message, reference } }: UpstreamRefused): Partial<Problem> => ({
  status,
  ...(message && { detail: message }),
  ...(reference && { errors: [faultAt(reference, message ?? "refused by the studio's system")] }),
});

/** The upstream writes `parent.child[0]`, we write `/parent/child/0`. */
const faultAt = (reference: string, detail: string): Fault => ({
  in: "body",
  pointer: `/${reference
    .replaceAll("~", "~0")
    .replaceAll("/", "~1")
    .split(/[.[\]]+/)
    .filter(Boolean)
    .join("/")}`,
  detail,
});

const upstreamFacts = ({ facts: { errorCode, traceId, outcome } }: UpstreamError): Partial<Problem> => ({
  ...((errorCode || traceId) && { upstream: { ...(errorCode && { errorCode }), ...(traceId && { traceId }) } }),
  ...(outcome && { outcome }),
});
