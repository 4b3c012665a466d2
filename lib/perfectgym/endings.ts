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
    ending: "connection refused, DNS failure, TLS handshake failure, or a reset before the connection was established",
    carriedOut: "no",
    because: "no byte of the request was sent",
    repeat: "all",
    told: "unavailable",
  },
  "stale-socket": {
    ending:
      "an idle connection turned out to be closed when it was used again, for example after Lambda froze the function",
    carriedOut: "possibly",
    because: "the request may have been sent before that was noticed; writes never use an idle connection",
    repeat: "reads",
    told: "unavailable",
  },
  "broken-off": {
    ending: "the connection broke after it was established",
    carriedOut: "possibly",
    because: "the request may have arrived",
    repeat: "reads",
    told: "unavailable",
  },
  "timed-out": {
    ending: "no answer in time",
    carriedOut: "possibly",
    because: "the upstream may still be working, or only its answer was lost",
    repeat: "reads",
    told: "timed-out",
  },
  "too-late": {
    ending: "the time budget ran out before the request was sent",
    carriedOut: "no",
    because: "the request was never sent",
    repeat: "none",
    told: "timed-out",
  },
  throttled: {
    ending: "429",
    carriedOut: "no",
    because:
      "the upstream checks its rate limit before it does any work; waiting for it takes longer than a write may, so the caller retries",
    repeat: "reads",
    told: "busy",
  },
  overloaded: {
    ending: "503 with the upstream's own error body, with no body, or with Retry-After",
    carriedOut: "no",
    because: "the upstream sheds load before it does any work",
    repeat: "reads",
    told: "busy",
  },
  unavailable: {
    ending: "503 with any other body",
    carriedOut: "possibly",
    because: "a proxy sent it, and may have passed the request on before it lost the upstream",
    repeat: "reads",
    told: "busy",
  },
  failed: {
    ending: "any other 5xx",
    carriedOut: "possibly",
    because: "the upstream, or a proxy, may have failed after the work was done",
    repeat: "reads",
    told: "unavailable",
  },
  "given-up": {
    ending: "408, or 499 without the upstream's own error body",
    carriedOut: "possibly",
    because: "a proxy may have passed the request on before it stopped waiting",
    repeat: "reads",
    told: "timed-out",
  },
  "turned-away": {
    ending: "425, or any other 4xx without the upstream's own error body",
    carriedOut: "no",
    because: "an ingress, a firewall or an API gateway rejected the request and did not pass it on",
    repeat: "reads",
    told: "unavailable",
  },
  unintelligible: {
    ending: "a redirect, a page or other text where JSON is documented, or an answer larger than 5 MiB",
    carriedOut: "possibly",
    because: "the request may have arrived, but the answer is not a valid API response",
    repeat: "none",
    told: "unintelligible",
  },
} as const satisfies Record<string, Consequence>;

/** How an attempt can end that is no failure. */
export const answers = [
  {
    ending: "2xx with JSON; where the upstream documents no content, any 2xx except an HTML or XML page",
    carriedOut: "yes",
    because: "the upstream reports success",
  },
  {
    ending: "401, except an HTML or XML page or a proxy's login prompt",
    carriedOut: "no",
    because: "the upstream rejects the studio's key before it does any work",
  },
  {
    ending: "any other 4xx with the upstream's own error body: a JSON object with a text errorMessage",
    carriedOut: "no",
    because: "the upstream refused this request",
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

/** Whether a request may be sent again after this failure. */
export const mayRepeat = (failure: Failure, method: Method): boolean => {
  const { repeat } = failures[failure];
  return repeat === "all" || (repeat === "reads" && method === "GET");
};

/** Full jitter: anything from nothing to 200 ms doubled with each attempt, which counts from 1. */
export const jitterMs = (failure: Failure, attempt: number, random: () => number): number =>
  failure === "stale-socket" ? 0 : random() * 200 * 2 ** (attempt - 1);

/** Seconds from a Retry-After header (RFC 9110, 10.2.3), a number or a date; at most a day. Undefined: none, or not valid. */
export const parseRetryAfter = (header: string | undefined, now: number): number | undefined => {
  if (header === undefined) return undefined;
  const isDate = /^[a-z]{3}/i.test(header);
  const seconds = isDate ? Math.ceil((Date.parse(header) - now) / 1000) : Number(/^\d+$/.exec(header)?.[0]);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 86_400) : undefined;
};
