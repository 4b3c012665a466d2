import { conceal } from "#lib/conceal.ts";
import type { Shown } from "#lib/operations/operation.ts";
import type { Foreseen, ProblemCode } from "#lib/problems/types.ts";

/** What every failed call knows. */
export interface CallFacts {
  /** How many were made; the last one may have ended before it was sent. 0: none, the data was only read. */
  readonly attempts: number;
  /** Only on writes: the upstream may have carried it out. */
  readonly outcome?: "unknown";
  readonly upstreamStatus?: number;
  /** These two are the upstream's own texts, of any length. */
  readonly errorCode?: string;
  readonly traceId?: string;
}

/** A call without a usable answer; `code` says which problem that is. The message never quotes the upstream, the caller or the key. */
export class UpstreamError extends Error implements Foreseen {
  override readonly name: string = "UpstreamError";
  readonly code: ProblemCode;
  readonly facts: CallFacts;
  constructor(code: ProblemCode, message: string, facts: CallFacts, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.facts = facts;
    conceal<UpstreamError>(this, "facts");
  }
}

export interface Refusal {
  /** In the caller's language, and for the caller only. Not empty. */
  readonly message?: string;
  /** A dotted path into the request body, such as `parent.child[0]`. */
  readonly reference?: string;
  /** The change of the same data that is already pending; without an id if the read does not show one. */
  readonly pendingAmendment?: Shown["pendingAmendment"];
  /** `reference` is a field of the request: that field is at fault, even if a change is pending. */
  readonly isAboutField?: boolean;
}

/**
 * The upstream itself refused the request: a 4xx with its own error body. The caller can act on `refusal`. With 403, the
 * upstream does not allow the studio's key this data, and only the studio or the operator can act.
 */
export class UpstreamRefused extends UpstreamError {
  override readonly name = "UpstreamRefused";
  readonly status: number;
  readonly refusal: Refusal;
  constructor(status: number, refusal: Refusal, facts: CallFacts) {
    super(codeOf(status, refusal), `the upstream refused with ${status}`, facts);
    this.status = status;
    this.refusal = refusal;
    conceal<UpstreamRefused>(this, "refusal");
  }
}

/** The upstream does not allow the studio's key this data: every request for it ends like this until somebody changes that. */
export const isForbidden = (error: unknown): boolean =>
  error instanceof UpstreamRefused && error.code === "upstream-forbidden";

const codeOf = (status: number, { pendingAmendment, isAboutField }: Refusal) => {
  if (pendingAmendment && !isAboutField) return "amendment-pending";
  return status === 403 ? "upstream-forbidden" : "upstream-refused";
};

/** The upstream is busy (429, 503): the same request may succeed after `retryAfterSeconds`, at least 1. */
export class UpstreamBusy extends UpstreamError {
  override readonly name = "UpstreamBusy";
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number, facts: CallFacts) {
    super("upstream-busy", "the upstream is busy", facts);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

interface Doubt {
  readonly retryAfterSeconds?: number | undefined;
  readonly shown?: Shown | undefined;
  readonly cause?: unknown;
}

/** A write may have been carried out, and reading the data did not show whether. */
export class OutcomeUnknown extends UpstreamError {
  override readonly name = "OutcomeUnknown";
  /** When a retry with the same key can settle it. Undefined: time does not help. */
  readonly retryAfterSeconds: number | undefined;
  /** What the data shows. It may come from this write or from another one: only a person can tell. */
  readonly shown: Shown | undefined;
  constructor(facts: CallFacts, { retryAfterSeconds, shown, cause }: Doubt = {}) {
    super("outcome-unknown", "the outcome of the write is unknown", { ...facts, outcome: "unknown" }, cause);
    this.retryAfterSeconds = retryAfterSeconds;
    this.shown = shown;
    conceal<OutcomeUnknown>(this, "shown");
  }
}

/** The secret with the studios' keys could not be fetched. */
export class StudiosUnavailable extends Error implements Foreseen {
  override readonly name = "StudiosUnavailable";
  readonly code = "studios-unavailable";
  readonly retryAfterSeconds = 5;
}

/** The secret has no such studio. A caller must not learn that: the answer is the same as for a studio she may not use. */
export class StudioUnknown extends Error implements Foreseen {
  override readonly name = "StudioUnknown";
  readonly code = "forbidden";
}

/** The secret was fetched but is invalid. The message names the fault, never a value. */
export class StudiosMisconfigured extends Error implements Foreseen {
  override readonly name = "StudiosMisconfigured";
  readonly code = "internal-error";
}
