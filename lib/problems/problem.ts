import type { HttpAnswer, Middleware } from "#lib/http/serving.ts";
import { describeErrors } from "#lib/observability/log.ts";
import { pointerOf, shortened, writeJson } from "#lib/operations/json.ts";
import type { Shown } from "#lib/operations/operation.ts";
import {
  OutcomeUnknown,
  StudiosMisconfigured,
  StudioUnknown,
  UpstreamError,
  UpstreamRefused,
} from "#lib/perfectgym/errors.ts";
import {
  type Fault,
  type Foreseen,
  mostFaults,
  type ProblemCode,
  problemTypes,
  RequestInvalid,
  RequestRefused,
} from "./types.ts";

/** Of JSON, for each text from the request or the upstream. So a problem stays below 40 KiB. */
const maxBytes = { pointer: 256, message: 4_096, code: 256 };

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
  /** The write may have been carried out: read the data before sending it again. */
  readonly outcome?: "unknown";
  /** Of the pending change of the same data. DELETE …/amendment/{amendmentId} takes it, or …/idle-periods/{idlePeriodId} of a pause. */
  readonly pendingAmendmentId?: number | bigint;
  /** With `outcome-unknown`: what the contract or add-on shows, in the spelling of the studio's system. */
  readonly cancelationStatus?: string;
  readonly cancelationDate?: string;
}

/** Answers an error with its problem, and notes in the record what an operator needs to know of it. */
export const problemAnswers = (): Middleware => ({
  onError: (request) => {
    const { record, isWriteBegun } = request.event;
    // Lambda's time was up, or there is a bug: either may have come after the write was carried out.
    const isInDoubt = isWriteBegun && !isForeseen(request.error);
    const error = isInDoubt ? new OutcomeUnknown({ attempts: 0 }, { cause: request.error }) : request.error;
    const { code, status } = problemOf(error, record.requestId);
    request.response = problemAnswer(error, record.requestId);
    record.note({ code });
    if (error instanceof UpstreamError) record.note(recordOf(error));
    if (mayLogMessage(error)) record.note({ reason: error.message });
    if (status >= 500 || error instanceof StudioUnknown) record.note({ errors: describeErrors(error) });
  },
});

/** Whether an error's message names claims and fields only. */
const mayLogMessage = (error: unknown): error is Error =>
  error instanceof StudiosMisconfigured || (error instanceof RequestRefused && error.code === "forbidden");

/** A trace id that does not look like one stays out of the log, as it is the upstream's text. */
const recordOf = ({ facts: { attempts: tries, upstreamStatus, traceId = "", outcome } }: UpstreamError) => ({
  tries,
  ...(upstreamStatus !== undefined && { upstreamStatus }),
  ...(/^[\da-f-]{8,64}$/i.test(traceId) && { upstreamTraceId: traceId }),
  ...(outcome && { outcome }),
});

/** The answer to a request that ended with this error. */
export const problemAnswer = (error: unknown, requestId: string): HttpAnswer => {
  const problem = problemOf(error, requestId);
  const { retryAfterSeconds = undefined } = isForeseen(error) ? error : {};
  return {
    statusCode: problem.status,
    headers: {
      "content-type": "application/problem+json",
      ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
    },
    body: writeJson(problem),
  };
};

const isForeseen = (error: unknown): error is Foreseen =>
  error instanceof Error && "code" in error && Object.hasOwn(problemTypes, String(error.code));

const problemOf = (error: unknown, instance: string): Problem => {
  const ownStatus = error instanceof UpstreamRefused ? error.status : undefined;
  const problem = problemWith(isForeseen(error) ? error.code : "internal-error", instance, ownStatus);
  return { ...problem, ...particularsOf(error, problem.detail) };
};

/** A problem of which nothing is known but its code. @param ownStatus the studio's system's, for `upstream-refused` */
export const problemWith = (code: ProblemCode, instance: string, ownStatus = 409): Problem => {
  const { status, title, detail } = problemTypes[code];
  return {
    type: `/docs/problems#${code}`,
    title,
    status: status === "4xx" ? ownStatus : status,
    detail,
    instance,
    code,
  };
};

/** What an error knows besides its code. `detail` is the text of the code. */
const particularsOf = (error: unknown, detail: string): Partial<Problem> => {
  if (error instanceof RequestRefused) return refusalOfOurs(error);
  if (error instanceof StudioUnknown) return { detail: "The token does not allow access to this studio." };
  if (error instanceof RequestInvalid) return listed(error, keyHint(error) ?? detail);
  if (error instanceof UpstreamRefused) return { ...refusal(error, detail), ...upstreamFacts(error) };
  if (error instanceof OutcomeUnknown) return { ...seenInstead(error), ...upstreamFacts(error) };
  if (!(error instanceof UpstreamError)) return {};
  return { ...(error.facts.outcome && { detail: `${detail} ${inDoubt}` }), ...upstreamFacts(error) };
};

const refusalOfOurs = ({ code, message, faults }: RequestRefused): Partial<Problem> => ({
  ...(code === "forbidden" && { detail: message }),
  ...(faults.length > 0 && { errors: faults }),
});

const inDoubt =
  "The write may still have been carried out. A retry with the same Idempotency-Key is safe. Without a key, read the data " +
  "before you send it again.";

const keyHint = ({ faults }: RequestInvalid): string | undefined =>
  faults.some(({ pointer, in: part }) => part === "header" && pointer === "/idempotency-key")
    ? `Send a unique key with each write, for example Idempotency-Key: "8e03978e-40d5-43dd-bc93-6894a57f9324".`
    : undefined;

const listed = ({ faults, more }: RequestInvalid, detail: string): Partial<Problem> => {
  const shown = faults.slice(0, mostFaults);
  const errors = shown.map((fault) => ({ ...fault, pointer: shortened(fault.pointer, maxBytes.pointer) }));
  const rest = faults.length + more - errors.length;
  if (rest === 0) return { detail, errors };
  return { detail: `${detail} ${rest} more faults are not listed.`, errors, moreErrors: rest };
};

const refusal = ({ code, refusal: given }: UpstreamRefused, detail: string): Partial<Problem> => {
  const { reference, pendingAmendment } = given;
  const message = given.message && shortened(given.message, maxBytes.message);
  const words = { ...wordsOf(message, reference), ...pendingIdOf(pendingAmendment) };
  if (code === "amendment-pending" || !pendingAmendment) return words;
  return { ...words, detail: `${(message ?? detail).replace(/(?<=[^\s.!?。])\s*$/, ".")} ${alsoPending}` };
};

const pendingIdOf = (pending: Shown["pendingAmendment"]): Partial<Problem> =>
  pending?.id === undefined ? {} : { pendingAmendmentId: pending.id };

const alsoPending = "A change of the same data is also pending.";

const notSentAgain =
  "The gateway cannot tell which, and will not send the write again. Read the data before you send anything.";

/** What the data shows instead of the wanted change. */
const seenInstead = ({ shown = {} }: OutcomeUnknown): Partial<Problem> => {
  const { pendingAmendment, cancelation: { status, date } = {} } = shown;
  const what = pendingAmendment ? "a pending change of the same data" : "a cancelation";
  const detail = `The studio's system shows ${what}. It may come from this write or from another one. ${notSentAgain}`;
  return {
    ...((pendingAmendment ?? shown.cancelation) && { detail }),
    ...pendingIdOf(pendingAmendment),
    ...(status && { cancelationStatus: shortened(status, maxBytes.pointer) }),
    ...(date && { cancelationDate: shortened(date, maxBytes.pointer) }),
  };
};

const wordsOf = (message: string | undefined, reference: string | undefined): Partial<Problem> => ({
  ...(message && { detail: message }),
  ...(reference && { errors: [faultAt(reference, message ?? "refused by the studio's system")] }),
});

/** The upstream writes `parent.child[0]`, the gateway `/parent/child/0`. */
const faultAt = (reference: string, detail: string): Fault => ({
  in: "body",
  pointer: pointerOf(
    shortened(reference, maxBytes.pointer)
      .split(/[.[\]]+/)
      .filter(Boolean),
  ),
  detail,
});

const upstreamFacts = ({ facts: { errorCode, traceId, outcome } }: UpstreamError): Partial<Problem> => {
  const upstream = {
    ...(errorCode && { errorCode: shortened(errorCode, maxBytes.code) }),
    ...(traceId && { traceId: shortened(traceId, maxBytes.code) }),
  };
  return { ...((errorCode || traceId) && { upstream }), ...(outcome && { outcome }) };
};
