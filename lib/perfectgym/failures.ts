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
    ending: "503 with the upstream's own error body, with no body or with Retry-After",
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
  "given-up": {
    ending: "408, or 499 without the upstream's own error body",
    carriedOut: "possibly",
    because: "a proxy may have passed the request on before it gave up waiting",
    repeat: "reads",
    told: "timed-out",
  },
  "turned-away": {
    ending: "425, or another 4xx without the upstream's own error body",
    carriedOut: "no",
    because: "an ingress, a firewall or an API gateway turned the request away, and so did not pass it on",
    repeat: "reads",
    told: "unavailable",
  },
  unintelligible: {
    ending: "a redirect, a page or other text where JSON is documented, or an answer larger than 5 MiB",
    carriedOut: "possibly",
    because: "it may have arrived, but the answer is not the upstream's",
    repeat: "none",
    told: "unintelligible",
  },
} as const satisfies Record<string, Consequence>;

/** How an attempt can end that is no failure. */
export const answers = [
  {
    ending: "2xx with JSON; where the upstream documents no content, any 2xx but a page",
    carriedOut: "yes",
    because: "the upstream says so",
  },
  {
    ending: "401, unless it is a page or asks for a proxy's login",
    carriedOut: "no",
    because: "the upstream does not accept the key",
  },
  {
    ending: "another 4xx with the upstream's own error body, a JSON object with a text errorMessage",
    carriedOut: "no",
    because: "the upstream refused this very request",
  },
] as const;

export type Failure = keyof typeof failures;

/** Who may have said it. `isOwn`: it is the upstream's own error body. The others are asked of one status only. */
interface Speaker {
  readonly isOwn: boolean;
  readonly isThrottle: () => boolean;
  readonly isKeyCheck: () => boolean;
}

/** What a status from 400 on means. A 408 or 425 asks for another try, whoever says it: neither is a final refusal. */
export const meaningOf = (status: number, speaker: Speaker): Failure | "refused" | "key-rejected" => {
  if (status === 429) return "throttled";
  if (status === 503) return speaker.isThrottle() ? "overloaded" : "unavailable";
  if (status >= 500) return "failed";
  if (status === 401 && speaker.isKeyCheck()) return "key-rejected";
  if (status === 408 || (status === 499 && !speaker.isOwn)) return "given-up";
  return speaker.isOwn && status !== 425 ? "refused" : "turned-away";
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
