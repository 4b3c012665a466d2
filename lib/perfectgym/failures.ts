import type { Method } from "#lib/operations/operation.ts";

interface Consequence {
  /** What a write may have done: `no` only where no intermediary could have passed it on. */
  readonly carriedOut: "no" | "possibly";
  /** What is worth another try within the budget. */
  readonly repeat: "all" | "reads" | "none";
  /** What the caller is told it was. */
  readonly told: "busy" | "timed-out" | "unavailable" | "unintelligible";
}

/** How one attempt can fail and what follows, the one table that decides about retries. The reason stands with the row. */
export const failures = {
  // Refused, no DNS entry, no TLS: no byte of the request has left.
  unreachable: { carriedOut: "no", repeat: "all", told: "unavailable" },
  // An idle socket was dead on its first use, as after a Lambda's freeze: another one will do, at once.
  "stale-socket": { carriedOut: "possibly", repeat: "reads", told: "unavailable" },
  // Reset after the request left: it may have arrived.
  "broken-off": { carriedOut: "possibly", repeat: "reads", told: "unavailable" },
  "timed-out": { carriedOut: "possibly", repeat: "reads", told: "timed-out" },
  // The budget was used up before the request was sent.
  "too-late": { carriedOut: "no", repeat: "none", told: "timed-out" },
  // 429 lasts until the minute is over, longer than a write's budget: the caller knows better whether to come back.
  throttled: { carriedOut: "no", repeat: "reads", told: "busy" },
  // 503 with the upstream's error body: its adaptive throttle.
  overloaded: { carriedOut: "no", repeat: "reads", told: "busy" },
  // 503 in other words: a proxy's, which may have passed the request on.
  unavailable: { carriedOut: "possibly", repeat: "reads", told: "busy" },
  // Any other 5xx.
  failed: { carriedOut: "possibly", repeat: "reads", told: "unavailable" },
  // Another 4xx than the documented ones: whoever said so did not carry anything out.
  rejected: { carriedOut: "no", repeat: "none", told: "unintelligible" },
  // A redirect, no JSON, or too much of it.
  unintelligible: { carriedOut: "possibly", repeat: "none", told: "unintelligible" },
} as const satisfies Record<string, Consequence>;

export type Failure = keyof typeof failures;

/** The failure that a status means; undefined where it is an answer. `isTheUpstreams`: is the body its own error body? */
export const failureOf = (status: number, isTheUpstreams: () => boolean): Failure | undefined => {
  if (status === 429) return "throttled";
  if (status === 503) return isTheUpstreams() ? "overloaded" : "unavailable";
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
