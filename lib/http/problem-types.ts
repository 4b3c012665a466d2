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
  "body-too-large": {
    status: 413,
    title: "Body too large",
    detail: "A body may have at most 64 KiB, and 2 MiB where it may hold a signature (a change of payment data).",
  },
  "media-type-unsupported": { status: 415, title: "Media type unsupported", detail: "Send application/json in UTF-8." },
  "idempotency-key-in-use": {
    status: 409,
    title: "Still running",
    detail: "The first request with this Idempotency-Key is still being carried out: ask again after Retry-After.",
  },
  "idempotency-key-reused": {
    status: 422,
    title: "Idempotency-Key reused",
    detail: "This Idempotency-Key came with another payload before: take a new key for a new request.",
  },
  "amendment-pending": {
    status: 409,
    title: "A change is already pending",
    detail:
      "A change of the same data is already pending. Wait until the studio has decided, or withdraw it with its id, " +
      "`pendingAmendmentId`, where that is given.",
  },
  "outcome-unknown": {
    status: 504,
    title: "Outcome unknown",
    detail:
      "The write may have been carried out; reading back could not settle it. If it had an Idempotency-Key, send it again with " +
      "that key, after Retry-After where there is one: that reads first and never does it twice. Otherwise, or if it stays " +
      "unknown, read the data before you send anything. `pendingAmendmentId`, `cancelationStatus` and `cancelationDate` say " +
      "what the data shows: it may be this write or another one.",
  },
  "ledger-unavailable": {
    status: 503,
    title: "Not available",
    detail: "The gateway cannot write down what it is about to do, and so has not begun. Try again.",
  },
  "too-many-requests": { status: 429, title: "Too many requests", detail: "Send fewer requests a second." },
  "upstream-refused": {
    status: 409,
    title: "Refused by the studio's system",
    detail: "The studio's system refused the request.",
  },
  "upstream-forbidden": {
    status: 403,
    title: "The studio has to allow it",
    detail:
      "The studio's system does not let this gateway read or change this. Only the studio or this gateway's operator can " +
      "change that: neither another token nor another try helps.",
  },
  "upstream-rejected-key": {
    status: 502,
    title: "Bad gateway",
    detail: "The studio's system does not accept this gateway's key. Its operator has been alerted.",
  },
  "upstream-unavailable": {
    status: 502,
    title: "Bad gateway",
    detail: "The studio's system failed or cannot be reached. Try again later.",
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
