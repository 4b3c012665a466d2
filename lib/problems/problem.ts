import {
  BodyTooLarge,
  type Fault,
  Forbidden,
  MediaTypeUnsupported,
  mostFaults,
  RequestInvalid,
  Unauthenticated,
} from "#lib/http/errors.ts";
import { shortened } from "#lib/operations/json.ts";
import type { Shown } from "#lib/operations/operation.ts";
import {
  KeyRejected,
  OutcomeUnknown,
  StudiosMisconfigured,
  StudiosUnavailable,
  StudioUnknown,
  UpstreamBusy,
  UpstreamError,
  UpstreamForbidden,
  UpstreamRefused,
  UpstreamTimedOut,
  UpstreamUnavailable,
  UpstreamUnintelligible,
} from "#lib/perfectgym/errors.ts";
import { KeyInUse, KeyReused, LedgerUnavailable } from "#lib/writes/errors.ts";
import { problemTypes } from "./types.ts";

export type ProblemCode = keyof typeof problemTypes;

/** In bytes of JSON, for each text that comes from the request or the upstream: so a problem stays below 40 KiB. */
const most = { pointer: 256, message: 4_096, code: 256 };

/** An error answer (RFC 9457). `type` is relative to the API's own origin, so it is the same string at every stage. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The request id. */
  readonly instance: string;
  readonly code: ProblemCode;
  readonly errors?: readonly Fault[];
  /** How many faults there are besides those that `errors` lists. */
  readonly moreErrors?: number;
  readonly upstream?: { readonly errorCode?: string; readonly traceId?: string };
  /** Only where a write may have been carried out all the same: read before sending it again. */
  readonly outcome?: "unknown";
  /** The change of the same data that waits for the studio: what DELETE …/amendment/{amendmentId} takes. */
  readonly pendingAmendmentId?: number | bigint;
  /** With `outcome-unknown`: what the contract shows, in the studio's words. */
  readonly cancelationStatus?: string;
  readonly cancelationDate?: string;
}

const inDoubt =
  "The write may still have been carried out. A retry with the same Idempotency-Key is safe. Without a key, read the data " +
  "before you send it again.";

const codes: readonly (readonly [new (...args: never) => Error, ProblemCode])[] = [
  [RequestInvalid, "request-invalid"],
  [Unauthenticated, "unauthenticated"],
  [Forbidden, "forbidden"],
  [StudioUnknown, "forbidden"],
  [BodyTooLarge, "body-too-large"],
  [MediaTypeUnsupported, "media-type-unsupported"],
  [KeyInUse, "idempotency-key-in-use"],
  [KeyReused, "idempotency-key-reused"],
  [LedgerUnavailable, "ledger-unavailable"],
  [OutcomeUnknown, "outcome-unknown"],
  [UpstreamForbidden, "upstream-forbidden"],
  [UpstreamRefused, "upstream-refused"],
  [KeyRejected, "upstream-rejected-key"],
  [UpstreamUnavailable, "upstream-unavailable"],
  [UpstreamUnintelligible, "upstream-unintelligible"],
  [UpstreamBusy, "upstream-busy"],
  [StudiosUnavailable, "studios-unavailable"],
  [StudiosMisconfigured, "internal-error"],
  [UpstreamTimedOut, "upstream-timed-out"],
];

/** Whether an error says what came of the request. */
export const isForeseen = (error: unknown): boolean => codes.some(([type]) => error instanceof type);

/** A problem of which nothing more exact is known than its code. */
export const problemWith = (code: ProblemCode, instance: string): Problem => {
  const { status, title, detail } = problemTypes[code];
  return { type: `/docs/problems#${code}`, title, status, detail, instance, code };
};

/** The one place where an error becomes an answer. An error nobody foresaw is an internal one and tells nothing. */
export const problemOf = (error: unknown, instance: string): Problem => {
  const problem = problemWith(codeOf(error), instance);
  if (error instanceof Forbidden) return { ...problem, detail: error.message };
  if (error instanceof StudioUnknown) return { ...problem, detail: "The token does not allow access to this studio." };
  if (error instanceof RequestInvalid) return { ...problem, ...listed(error, keyHint(error) ?? problem.detail) };
  if (error instanceof UpstreamRefused) return { ...problem, ...refusal(error), ...upstreamFacts(error) };
  if (error instanceof OutcomeUnknown) return { ...problem, ...seenInstead(error), ...upstreamFacts(error) };
  if (!(error instanceof UpstreamError)) return problem;
  const isInDoubt = error.facts.outcome !== undefined;
  return { ...problem, ...(isInDoubt && { detail: `${problem.detail} ${inDoubt}` }), ...upstreamFacts(error) };
};

const keyHint = ({ faults }: RequestInvalid): string | undefined =>
  faults.some(({ pointer, in: part }) => part === "header" && pointer === "/idempotency-key")
    ? `Send a unique key with each write, for example Idempotency-Key: "8e03978e-40d5-43dd-bc93-6894a57f9324".`
    : undefined;

const listed = ({ faults, more }: RequestInvalid, detail: string): Partial<Problem> => {
  const shown = faults.slice(0, mostFaults);
  const errors = shown.map((fault) => ({ ...fault, pointer: shortened(fault.pointer, most.pointer) }));
  const rest = faults.length + more - errors.length;
  if (rest === 0) return { detail, errors };
  return { detail: `${detail} ${rest} more faults are not listed.`, errors, moreErrors: rest };
};

const codeOf = (error: unknown): ProblemCode => {
  if (error instanceof UpstreamRefused && isForPending(error)) return "amendment-pending";
  return codes.find(([type]) => error instanceof type)?.[1] ?? "internal-error";
};

/** Seconds for a Retry-After header; undefined where waiting does not help. */
export const retryAfterOf = (error: unknown): number | undefined => {
  if (error instanceof UpstreamBusy || error instanceof KeyInUse || error instanceof OutcomeUnknown)
    return error.retryAfterSeconds;
  return error instanceof StudiosUnavailable || error instanceof LedgerUnavailable ? 5 : undefined;
};

const isForPending = ({ refusal: { pendingAmendment, isAboutField } }: UpstreamRefused): boolean =>
  pendingAmendment !== undefined && !isAboutField;

const refusal = (error: UpstreamRefused): Partial<Problem> => {
  const { reference, pendingAmendment } = error.refusal;
  const message = error.refusal.message && shortened(error.refusal.message, most.message);
  const words = { ...wordsOf(message, reference), ...pendingIdOf(pendingAmendment) };
  if (isForPending(error)) return words;
  const detail = message ?? problemTypes["upstream-refused"].detail;
  return {
    status: error.status,
    ...words,
    ...(pendingAmendment && { detail: `${detail.replace(/(?<=[^\s.!?。])\s*$/, ".")} ${alsoPending}` }),
  };
};

const pendingIdOf = (pending: Shown["pendingAmendment"]): Partial<Problem> =>
  pending?.id === undefined ? {} : { pendingAmendmentId: pending.id };

const alsoPending = "A change of the same data is also pending.";

const notSentAgain =
  "The gateway cannot tell which, and will not send the write again. Read the data before you send anything.";

/** What the data shows in place of what was wanted: a person can decide what the gateway cannot. */
const seenInstead = ({ shown = {} }: OutcomeUnknown): Partial<Problem> => {
  const { pendingAmendment, cancelation: { status, date } = {} } = shown;
  const what = pendingAmendment ? "a pending change of the same data" : "a cancelation of the contract";
  const detail = `The studio's system shows ${what}. It may come from this write or from another one. ${notSentAgain}`;
  return {
    ...((pendingAmendment ?? shown.cancelation) && { detail }),
    ...pendingIdOf(pendingAmendment),
    ...(status && { cancelationStatus: shortened(status, most.pointer) }),
    ...(date && { cancelationDate: shortened(date, most.pointer) }),
  };
};

const wordsOf = (message: string | undefined, reference: string | undefined): Partial<Problem> => ({
  ...(message && { detail: message }),
  ...(reference && { errors: [faultAt(reference, message ?? "refused by the studio's system")] }),
});

/** The upstream writes `parent.child[0]`, we write `/parent/child/0`. */
const faultAt = (reference: string, detail: string): Fault => ({
  in: "body",
  pointer: `/${shortened(reference, most.pointer)
    .replaceAll("~", "~0")
    .replaceAll("/", "~1")
    .split(/[.[\]]+/)
    .filter(Boolean)
    .join("/")}`,
  detail,
});

const upstreamFacts = ({ facts: { errorCode, traceId, outcome } }: UpstreamError): Partial<Problem> => {
  const upstream = {
    ...(errorCode && { errorCode: shortened(errorCode, most.code) }),
    ...(traceId && { traceId: shortened(traceId, most.code) }),
  };
  return { ...((errorCode || traceId) && { upstream }), ...(outcome && { outcome }) };
};
