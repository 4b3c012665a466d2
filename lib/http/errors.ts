/** One fault of a request. `pointer` is a JSON pointer (RFC 6901) into the part that `in` names. */
export interface Fault {
  readonly in: "path" | "query" | "header" | "body";
  readonly pointer: string;
  readonly detail: string;
}

/** As many as one answer lists. */
export const mostFaults = 50;

/** The request itself is wrong; `faults` holds what was found, not only the first, and `more` counts the rest. */
export class RequestInvalid extends Error {
  override readonly name = "RequestInvalid";
  readonly faults: readonly Fault[];
  readonly more: number;
  constructor(faults: readonly Fault[], more = 0) {
    super(`the request has ${faults.length + more} fault(s)`);
    this.faults = faults;
    this.more = more;
  }
}

/** The body is not declared as JSON. */
export class MediaTypeUnsupported extends Error {
  override readonly name = "MediaTypeUnsupported";
}

/** The body is larger than the operation takes. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

/** No verified token came with the request. */
export class Unauthenticated extends Error {
  override readonly name = "Unauthenticated";
}

/** The token is good, but not for this. The message is for the caller and reveals nothing about others. */
export class Forbidden extends Error {
  override readonly name = "Forbidden";
}
