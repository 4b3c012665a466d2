import type { Method } from "#lib/operations/operation.ts";

interface Consequence {
  /** How the attempt ended, as the docs say it. */
  readonly ending: string;
  /** What a write did: `no` only where no intermediary could have passed it on. */
  readonly carriedOut: "no" | "possibly";
  readonly because: string;
  /** What is worth another try within the budget. */
  readonly repeat: "all" | "reads" | "none";
  /** What the caller is told it was. */
  readonly told: "busy" | "timed-out" | "unavailable" | "unintelligible";
}

/** How one attempt can fail and what follows: the one table that decides about repeats and doubts, printed in the docs. */
export const failures = {
  unreachable: {
    ending: "connection refused, no DNS entry, TLS handshake failed, reset before the request left",
    carriedOut: "no",
    because: "no byte of the request has left",
    repeat: "all",
    told: "unavailable",
  },
  "stale-socket": {
    ending: "an idle connection was dead on its first use, as after a Lambda's freeze",
    carriedOut: "possibly",
    because: "the request may have left before that showed; writes never use an idle connection",
    repeat: "reads",
    told: "unavailable",
  },
  "broken-off": {
    ending: "connection reset after the request left",
    carriedOut: "possibly",
    because: "it may have arrived",
    repeat: "reads",
    told: "unavailable",
  },
  "timed-out": {
    ending: "no answer in time",
    carriedOut: "possibly",
    because: "the upstream may be slow, or only its answer lost",
    repeat: "reads",
    told: "timed-out",
  },
  "too-late": {
    ending: "the time budget was used up before the request was sent",
    carriedOut: "no",
    because: "it was not sent",
    repeat: "none",
    told: "timed-out",
  },
  throttled: {
    ending: "429",
    carriedOut: "no",
    because:
      "the rate limit comes before the work; it outlasts a write's budget, so the caller decides when to come back",
    repeat: "reads",
    told: "busy",
  },
  overloaded: {
    ending: "503 with JSON, no body or Retry-After",
    carriedOut: "no",
    because: "the upstream's throttle under load, which comes before the work",
    repeat: "reads",
    told: "busy",
  },
  unavailable: {
    ending: "503 with another body",
    carriedOut: "possibly",
    because: "a proxy's, which may have passed the request on before it lost its backend",
    repeat: "reads",
    told: "busy",
  },
  failed: {
    ending: "another 5xx",
    carriedOut: "possibly",
    because: "it may have failed after the work, or in a proxy",
    repeat: "reads",
    told: "unavailable",
  },
  rejected: {
    ending: "a 4xx that is not documented",
    carriedOut: "no",
    because: "whoever refuses a request does not carry it out",
    repeat: "none",
    told: "unintelligible",
  },
  unintelligible: {
    ending: "a redirect, or a 2xx that is no JSON, breaks off or is larger than 5 MiB",
    carriedOut: "possibly",
    because: "somebody said yes, but not in the upstream's words",
    repeat: "none",
    told: "unintelligible",
  },
} as const satisfies Record<string, Consequence>;

/** How an attempt can end that is no failure. */
export const answers = [
  { ending: "2xx with JSON", carriedOut: "yes", because: "the upstream says so" },
  { ending: "400, 404, 409", carriedOut: "no", because: "the upstream refused this very request" },
  { ending: "401, 403", carriedOut: "no", because: "the upstream does not accept the key" },
] as const;

export type Failure = keyof typeof failures;

/** The failure that a status means; undefined where it is an answer. `isThrottle`: does a 503 look like the upstream's? */
export const failureOf = (status: number, isThrottle: () => boolean): Failure | undefined => {
  if (status === 429) return "throttled";
  if (status === 503) return isThrottle() ? "overloaded" : "unavailable";
  if (status >= 500) return "failed";
  return status >= 400 ? "rejected" : undefined;
};

/** At most this many tries, the first included. */
export const mostTries = 3;

/** Whether a request may be sent again after this failure. */
export const mayRepeat = (failure: Failure, method: Method): boolean => {
  const { repeat } = failures[failure];
  return repeat === "all" || (repeat === "reads" && method === "GET");
};

/** Full jitter: anything from nothing to 200 ms doubled with each try, in milliseconds. */
export const jitterMs = (failure: Failure, tries: number, random: () => number): number =>
  failure === "stale-socket" ? 0 : random() * 200 * 2 ** (tries - 1);

/** Seconds from a Retry-After header (RFC 9110, 10.2.3), a number or a date; undefined where there is none to obey. */
export const retryAfterSeconds = (header: string | undefined, now: number): number | undefined => {
  if (header === undefined) return undefined;
  const isDate = /^[a-z]{3}/i.test(header);
  const seconds = isDate ? Math.ceil((Date.parse(header) - now) / 1000) : Number(/^\d+$/.exec(header)?.[0]);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 86_400) : undefined;
};
