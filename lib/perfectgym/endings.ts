import { isWrite, type Operation } from "#lib/operations/operation.ts";
import type { ProblemCode } from "#lib/problems/types.ts";

interface Consequence {
  /** What the gateway observed, as the docs say it. */
  readonly observed: string;
  /** Whether a write was carried out: `no` only where no intermediary could have passed it on. */
  readonly carriedOut: "yes" | "no" | "possibly";
  readonly because: string;
  /** Which requests may be sent again within the budget. */
  readonly repeat: "all" | "reads" | "none";
  /** The problem that the caller gets; none after success. */
  readonly code?: ProblemCode;
  /** For a busy upstream that sends no valid Retry-After. */
  readonly retryAfterSeconds?: number;
}

/**
 * How one attempt can end, by what was observed, and what follows from that. The docs print this table, and it alone
 * decides about repeats, doubts and the caller's problem.
 */
export const endings = {
  accepted: {
    observed: "2xx with JSON; where the upstream documents no content, any 2xx except an HTML or XML page",
    carriedOut: "yes",
    because: "the upstream reports success",
    repeat: "none",
  },
  "key-rejected": {
    observed: "401, except an HTML or XML page or a proxy's login prompt",
    carriedOut: "no",
    because: "the upstream rejects the studio's key before it does any work",
    repeat: "none",
    code: "upstream-rejected-key",
  },
  forbidden: {
    observed: "403 with the upstream's own error body: a JSON object with a text errorMessage",
    carriedOut: "no",
    because: "the upstream does not allow the studio's key this data",
    repeat: "none",
    code: "upstream-forbidden",
  },
  refused: {
    observed: "any other 4xx with the upstream's own error body",
    carriedOut: "no",
    because: "the upstream refused this request",
    repeat: "none",
    code: "upstream-refused",
  },
  "no-connection": {
    observed:
      "connection refused, DNS failure, TLS handshake failure, or a reset before the connection was established",
    carriedOut: "no",
    because: "no byte of the request was sent",
    repeat: "all",
    code: "upstream-unavailable",
  },
  "idle-connection-closed": {
    observed:
      "an idle connection turned out to be closed when it was used again, for example after Lambda froze the function",
    carriedOut: "possibly",
    because: "the request may have been sent before that was noticed; writes never use an idle connection",
    repeat: "reads",
    code: "upstream-unavailable",
  },
  "connection-broken": {
    observed: "the connection broke after it was established",
    carriedOut: "possibly",
    because: "the request may have arrived",
    repeat: "reads",
    code: "upstream-unavailable",
  },
  "no-answer": {
    observed: "no answer in time",
    carriedOut: "possibly",
    because: "the upstream may still be working, or only its answer was lost",
    repeat: "reads",
    code: "upstream-timed-out",
  },
  "budget-spent": {
    observed: "the time budget ran out before the request was sent",
    carriedOut: "no",
    because: "the request was never sent",
    repeat: "none",
    code: "upstream-timed-out",
  },
  "rate-limited": {
    observed: "429",
    carriedOut: "no",
    because:
      "the upstream checks its rate limit before it does any work; waiting for it takes longer than a write may, so the caller retries",
    repeat: "reads",
    code: "upstream-busy",
    retryAfterSeconds: 60,
  },
  overloaded: {
    observed: "503 with the upstream's own error body, with no body, or with Retry-After",
    carriedOut: "no",
    because: "the upstream sheds load before it does any work",
    repeat: "reads",
    code: "upstream-busy",
    retryAfterSeconds: 5,
  },
  "proxy-503": {
    observed: "503 with any other body",
    carriedOut: "possibly",
    because: "a proxy sent it, and may have passed the request on before it lost the upstream",
    repeat: "reads",
    code: "upstream-busy",
    retryAfterSeconds: 5,
  },
  "server-error": {
    observed: "any other 5xx",
    carriedOut: "possibly",
    because: "the upstream, or a proxy, may have failed after the work was done",
    repeat: "reads",
    code: "upstream-unavailable",
  },
  "proxy-gave-up": {
    observed: "408, or 499 without the upstream's own error body",
    carriedOut: "possibly",
    because: "a proxy may have passed the request on before it stopped waiting",
    repeat: "reads",
    code: "upstream-timed-out",
  },
  "turned-away-by-proxy": {
    observed: "425, or any other 4xx without the upstream's own error body",
    carriedOut: "no",
    because: "an ingress, a firewall or an API gateway rejected the request and did not pass it on",
    repeat: "reads",
    code: "upstream-unavailable",
  },
  "invalid-answer": {
    observed: "a redirect, a page or other text where JSON is documented, or an answer larger than 5 MiB",
    carriedOut: "possibly",
    because: "the request may have arrived, but the answer is not a valid API response",
    repeat: "none",
    code: "upstream-unintelligible",
  },
} as const satisfies Record<string, Consequence>;

/** An ending that is not success. */
export type Failure = Exclude<keyof typeof endings, "accepted">;

/** Who may have sent an error status. Functions, because only some statuses need the answer. */
interface Sender {
  /** The body is the upstream's own error body. */
  readonly isUpstream: boolean;
  readonly shedsLoad: () => boolean;
  readonly checksKey: () => boolean;
}

/** What a status from 400 on means. 408 and 425 invite another attempt whoever sends them, so neither is a refusal. */
export const failureOfStatus = (status: number, sender: Sender): Failure => {
  if (status === 503) return sender.shedsLoad() ? "overloaded" : "proxy-503";
  if (status >= 500) return "server-error";
  if (status === 429) return "rate-limited";
  if (status === 401 && sender.checksKey()) return "key-rejected";
  if (status === 408 || (status === 499 && !sender.isUpstream)) return "proxy-gave-up";
  return sender.isUpstream && status !== 425 ? refusalOf(status) : "turned-away-by-proxy";
};

const refusalOf = (status: number): Failure => (status === 403 ? "forbidden" : "refused");

/** Whether a request may be sent again after this failure. */
export const mayRepeat = (failure: Failure, operation: Operation): boolean => {
  const { repeat } = endings[failure];
  return repeat === "all" || (repeat === "reads" && !isWrite(operation));
};

/** Full jitter: anything from nothing to 200 ms doubled with each attempt, which counts from 1. */
export const jitterMs = (failure: Failure, attempt: number, random: () => number): number =>
  failure === "idle-connection-closed" ? 0 : random() * 200 * 2 ** (attempt - 1);

/** Seconds from a Retry-After header (RFC 9110, 10.2.3), a number or a date; at most a day. Undefined: none, or not valid. */
export const parseRetryAfter = (header: string | undefined, now: number): number | undefined => {
  if (header === undefined) return undefined;
  const isDate = /^[a-z]{3}/i.test(header);
  const seconds = isDate ? Math.ceil((Date.parse(header) - now) / 1000) : Number(/^\d+$/.exec(header)?.[0]);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 86_400) : undefined;
};
