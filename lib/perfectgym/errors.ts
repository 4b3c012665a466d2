import type { Shown } from "#lib/operations/operation.ts";

/** What every failed call knows: how often the request was sent, and for a write whether it may have been carried out. */
export interface CallFacts {
  readonly attempts: number;
  /** Only on writes: the upstream may have carried it out, although nobody said so. */
  readonly outcome?: "unknown";
  readonly upstreamStatus?: number;
  readonly errorCode?: string;
  readonly traceId?: string;
}

/** A call that brought no usable answer. The message never quotes the upstream, the caller or the key. */
export class UpstreamError extends Error {
  override readonly name: string = "UpstreamError";
  readonly facts: CallFacts;
  constructor(message: string, facts: CallFacts, cause?: unknown) {
    super(message, { cause });
    this.facts = facts;
  }
}

interface Refusal {
  /** In the caller's language, and for the caller only. Not empty. */
  readonly message?: string;
  /** A dotted path into the request body. */
  readonly reference?: string;
  /** The change of the same data that already waits for the studio; without an id where the upstream tells none. */
  readonly pendingAmendment?: Shown["pendingAmendment"];
  /** `reference` is a field of the request: that one is at fault, whatever else waits. */
  readonly isAboutField?: boolean;
}

/** The upstream itself says no to this very request (a 4xx with its own error body): the caller can act on `refusal`. */
export class UpstreamRefused extends UpstreamError {
  override readonly name: string = "UpstreamRefused";
  readonly status: number;
  readonly refusal: Refusal;
  constructor(status: number, refusal: Refusal, facts: CallFacts) {
    super(`the upstream refused with ${status}`, facts);
    this.status = status;
    this.refusal = refusal;
  }
}

/** The upstream closes this resource to the studio's key (403): the studio or the operator can act, the caller cannot. */
export class UpstreamForbidden extends UpstreamRefused {
  override readonly name = "UpstreamForbidden";
}

/** The upstream does not accept the studio's key (401): only the operator can act. */
export class KeyRejected extends UpstreamError {
  override readonly name = "KeyRejected";
}

/** The upstream asks for less (429, 503): the same request may succeed after `retryAfterSeconds`. */
export class UpstreamBusy extends UpstreamError {
  override readonly name = "UpstreamBusy";
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number, facts: CallFacts) {
    super("the upstream is busy", facts);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The upstream failed (5xx), could not be reached, or something in between turned the request away. */
export class UpstreamUnavailable extends UpstreamError {
  override readonly name = "UpstreamUnavailable";
}

/** The upstream answered something that is not its API: no JSON, too much of it, a redirect. */
export class UpstreamUnintelligible extends UpstreamError {
  override readonly name = "UpstreamUnintelligible";
}

/** No answer within the time budget. */
export class UpstreamTimedOut extends UpstreamError {
  override readonly name = "UpstreamTimedOut";
}

interface Doubt {
  readonly retryAfterSeconds?: number | undefined;
  readonly shown?: Shown | undefined;
  readonly cause?: unknown;
}

/** A write may have been carried out, and reading back did not settle whether. */
export class OutcomeUnknown extends UpstreamError {
  override readonly name = "OutcomeUnknown";
  /** Where only time is missing until a repeat with the same key can settle it. */
  readonly retryAfterSeconds: number | undefined;
  /** What may be this write or another one: only a person can decide. */
  readonly shown: Shown | undefined;
  constructor(facts: CallFacts, { retryAfterSeconds, shown, cause }: Doubt = {}) {
    super("the outcome of the write is unknown", { ...facts, outcome: "unknown" }, cause);
    this.retryAfterSeconds = retryAfterSeconds;
    this.shown = shown;
  }
}

/** The secret with the studios' keys could not be fetched. */
export class StudiosUnavailable extends Error {
  override readonly name = "StudiosUnavailable";
}

/** The secret holds no such studio: to a caller this must look like a studio she may not use. */
export class StudioUnknown extends Error {
  override readonly name = "StudioUnknown";
}

/** The secret was fetched but is not what it should be; the message names the fault, never a value. */
export class StudiosMisconfigured extends Error {
  override readonly name = "StudiosMisconfigured";
}
