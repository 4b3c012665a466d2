import type { Method } from "#lib/operations/operation.ts";

/** How one attempt can fail: before the request left this machine, afterwards, or by the status of the answer. */
export type Failure =
  | "unreachable"
  | "stale-socket"
  | "broken-off"
  | "timed-out"
  | "throttled"
  | "overloaded"
  | "failed"
  | "unintelligible";

interface Consequence {
  /** What a write may have done: `no` only where no intermediary could have passed it on. */
  readonly carriedOut: "no" | "possibly";
  /** What is worth another try within the budget. */
  readonly repeat: "all" | "reads" | "none";
  /** Tells the caller when the upstream did not. */
  readonly retryAfterSeconds?: number;
}

/** The one table that decides about retries. Why a row is as it is stands beside it. */
export const consequences: Readonly<Record<Failure, Consequence>> = {
  // Refused, no DNS entry, no TLS: no byte of the request has left.
  unreachable: { carriedOut: "no", repeat: "all" },
  // An idle socket was dead on its first use, as after a Lambda's freeze: another one will do, at once.
  "stale-socket": { carriedOut: "possibly", repeat: "reads" },
  // Reset after the request left: it may have arrived.
  "broken-off": { carriedOut: "possibly", repeat: "reads" },
  "timed-out": { carriedOut: "possibly", repeat: "reads" },
  // 429 lasts until the minute is over, longer than a write's budget: the caller knows better whether to come back.
  throttled: { carriedOut: "no", repeat: "reads", retryAfterSeconds: 60 },
  // 503 is the upstream's throttle, but any proxy before it says 503 as well, even after passing a request on.
  overloaded: { carriedOut: "possibly", repeat: "reads", retryAfterSeconds: 5 },
  failed: { carriedOut: "possibly", repeat: "reads" },
  unintelligible: { carriedOut: "possibly", repeat: "none" },
};

const byStatus: Readonly<Record<number, Failure>> = {
  429: "throttled",
  500: "failed",
  502: "failed",
  503: "overloaded",
  504: "failed",
};

/** The failure that an upstream status means; undefined where the status is an answer. */
export const failureOf = (status: number): Failure | undefined =>
  byStatus[status] ?? (status >= 500 ? "failed" : undefined);

/** At most this many tries, the first included. */
export const mostTries = 3;

/** Whether a request may be sent again after this failure. */
export const mayRepeat = (failure: Failure, method: Method): boolean => {
  const { repeat } = consequences[failure];
  return repeat === "all" || (repeat === "reads" && method === "GET");
};

/** Full jitter: anything from nothing to 200 ms doubled with each try, in milliseconds. */
export const jitterMs = (failure: Failure, tries: number, random: () => number): number =>
  failure === "stale-socket" ? 0 : random() * 200 * 2 ** (tries - 1);

/** Seconds from a Retry-After header (RFC 9110, 10.2.3), a number or a date; undefined where there is none to obey. */
export const retryAfterSeconds = (header: string | undefined, now: number): number | undefined => {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - now) / 1000);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 86_400) : undefined;
};
