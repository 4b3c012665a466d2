/** The kinds of problem, by their stable code. `detail` is the text if the error knows none that is more exact. */
export const problemTypes = {
  "request-invalid": {
    status: 400,
    title: "Invalid request",
    detail: "Correct the faults listed in `errors` and send the request again.",
  },
  unauthenticated: { status: 401, title: "Not authenticated", detail: "Send a valid access token." },
  forbidden: { status: 403, title: "Forbidden", detail: "The token does not allow this operation." },
  "not-found": { status: 404, title: "Not found", detail: "No operation has this path and method." },
  "body-too-large": {
    status: 413,
    title: "Body too large",
    detail:
      "A body may have at most 64 KiB. A change of payment data may have 2 MiB, because it can include a signature. A form " +
      "may have a document of at most 4.5 MB.",
  },
  "media-type-unsupported": {
    status: 415,
    title: "Unsupported media type",
    detail:
      "Send the body as application/json in UTF-8. If the operation takes a document, send it as multipart/form-data.",
  },
  "idempotency-key-in-use": {
    status: 409,
    title: "Request in progress",
    detail:
      "The first request with this Idempotency-Key is still in progress. Retry after the number of seconds in Retry-After.",
  },
  "idempotency-key-reused": {
    status: 422,
    title: "Idempotency-Key reused",
    detail: "This Idempotency-Key was already used with a different body or document. Use a new key for a new request.",
  },
  "amendment-pending": {
    status: 409,
    title: "A change is already pending",
    detail:
      "A change of the same data is already pending. Wait for the studio's decision, or withdraw the pending change by its " +
      "id in `pendingAmendmentId`, if present.",
  },
  "outcome-unknown": {
    status: 504,
    title: "Outcome unknown",
    detail:
      "The write may have been carried out, and the gateway could not confirm it by reading the data. If you sent an " +
      "Idempotency-Key, retry with the same key, after the number of seconds in Retry-After if that header is present: the " +
      "gateway then reads first and never carries out the write twice. If you sent no key, or if the outcome stays unknown, " +
      "read the data before you send anything. `pendingAmendmentId`, `cancelationStatus` and `cancelationDate` are what the " +
      "data shows. It may come from this write or from another one.",
  },
  "ledger-unavailable": {
    status: 503,
    title: "Temporarily unavailable",
    detail:
      "The gateway could not record the write, so it did not send it. Retry after the number of seconds in Retry-After.",
  },
  "too-many-requests": { status: 429, title: "Too many requests", detail: "Send fewer requests per second." },
  "upstream-refused": {
    status: "4xx",
    title: "Refused by the studio's system",
    detail: "The studio's system refused the request.",
  },
  "upstream-forbidden": {
    status: 403,
    title: "The studio must allow this",
    detail:
      "The studio's system does not allow this gateway to read or change this data. Only the studio or the gateway's " +
      "operator can change that. Another token or a retry does not help.",
  },
  "upstream-rejected-key": {
    status: 502,
    title: "Bad gateway",
    detail: "The studio's system rejected this gateway's key. The gateway's operator must correct it.",
  },
  "upstream-unavailable": {
    status: 502,
    title: "Bad gateway",
    detail: "The studio's system failed or cannot be reached. Try again later.",
  },
  "upstream-unintelligible": {
    status: 502,
    title: "Bad gateway",
    detail: "The studio's system returned an invalid response.",
  },
  "upstream-busy": {
    status: 503,
    title: "Busy",
    detail: "The studio's system is busy. Retry after the number of seconds in Retry-After.",
  },
  "studios-unavailable": {
    status: 503,
    title: "Temporarily unavailable",
    detail: "The gateway cannot read its configuration. Retry after the number of seconds in Retry-After.",
  },
  "upstream-timed-out": {
    status: 504,
    title: "Gateway timeout",
    detail: "The studio's system did not answer in time.",
  },
  "internal-error": {
    status: 500,
    title: "Internal error",
    detail: "The gateway failed. Give its operator the request id in `instance`.",
  },
} as const satisfies Record<string, ProblemType>;

interface ProblemType {
  /** `4xx`: the status of the studio's system itself. */
  readonly status: number | "4xx";
  readonly title: string;
  readonly detail: string;
}

export type ProblemCode = keyof typeof problemTypes;

/** An error that knows its problem. Any other error is a bug, and an `internal-error`. */
export interface Foreseen extends Error {
  readonly code: ProblemCode;
  /** For the header Retry-After. Undefined: waiting does not help. */
  readonly retryAfterSeconds?: number | undefined;
}

/** One fault of a request. `pointer` is a JSON pointer (RFC 6901) into the part that `in` names. */
export interface Fault {
  readonly in: "path" | "query" | "header" | "body";
  readonly pointer: string;
  readonly detail: string;
}

/** One answer lists no more. */
export const mostFaults = 50;

/** The request is malformed. `faults` are all that were found, or the first of them; `more` is the number of the others. */
export class RequestInvalid extends Error implements Foreseen {
  override readonly name = "RequestInvalid";
  readonly code = "request-invalid";
  readonly faults: readonly Fault[];
  readonly more: number;
  constructor(faults: readonly Fault[], more = 0) {
    super(`the request has ${faults.length + more} fault(s)`);
    this.faults = faults;
    this.more = more;
  }
}

type RefusalCode = "unauthenticated" | "forbidden" | "body-too-large" | "media-type-unsupported";

/** The gateway refuses the request. With `forbidden` the caller gets the message, so it must reveal nothing about others. */
export class RequestRefused extends Error implements Foreseen {
  override readonly name = "RequestRefused";
  readonly code: RefusalCode;
  /** Which part of a form is at fault. */
  readonly faults: readonly Fault[];
  constructor(code: RefusalCode, message: string, faults: readonly Fault[] = []) {
    super(message);
    this.code = code;
    this.faults = faults;
  }
}
