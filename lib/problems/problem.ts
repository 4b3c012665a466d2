import type { HttpAnswer, Middleware } from "#lib/http/serving.ts";
import { describeErrors } from "#lib/observability/log.ts";
import { writeJson } from "#lib/operations/json.ts";
import {
  OutcomeUnknown,
  StudiosMisconfigured,
  StudioUnknown,
  UpstreamError,
  UpstreamRefused,
} from "#lib/perfectgym/errors.ts";
import type { Language } from "./language.ts";
import { particularsOf } from "./particulars.ts";
import { type Fault, type Foreseen, type ProblemCode, problemTypes, RequestRefused } from "./types.ts";

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
    const { record, isWriteBegun, language } = request.event;
    // Lambda's time was up, or there is a bug: either may have come after the write was carried out.
    const isInDoubt = isWriteBegun && !isForeseen(request.error);
    const error = isInDoubt ? new OutcomeUnknown({ attempts: 0 }, { cause: request.error }) : request.error;
    const about = { requestId: record.requestId, language };
    const { code, status } = problemOf(error, about);
    request.response = problemAnswer(error, about);
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

/** What a problem's text depends on besides the error. */
interface About {
  readonly requestId: string;
  readonly language: Language;
}

/**
 * The answer to a request that ended with this error. `Content-Language` names the language only of text that is all the
 * gateway's own: nobody knows which one the studio's system has chosen.
 */
export const problemAnswer = (error: unknown, about: About): HttpAnswer => {
  const problem = problemOf(error, about);
  const { retryAfterSeconds = undefined } = isForeseen(error) ? error : {};
  return {
    statusCode: problem.status,
    headers: {
      "content-type": "application/problem+json",
      vary: "accept-language",
      ...(!hasForeignText(error) && { "content-language": about.language }),
      ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
    },
    body: writeJson(problem),
  };
};

const hasForeignText = (error: unknown): boolean =>
  error instanceof UpstreamRefused && error.refusal.message !== undefined;

export const isForeseen = (error: unknown): error is Foreseen =>
  error instanceof Error && "code" in error && Object.hasOwn(problemTypes, String(error.code));

const problemOf = (error: unknown, { requestId, language }: About): Problem => {
  const ownStatus = error instanceof UpstreamRefused ? error.status : undefined;
  const code = isForeseen(error) ? error.code : "internal-error";
  const problem = problemWith(code, requestId, { language, ownStatus });
  return { ...problem, ...particularsOf(error, { detail: problem.detail, language }) };
};

/** A problem of which nothing is known but its code. @param ownStatus the studio's system's, for `upstream-refused` */
export const problemWith = (
  code: ProblemCode,
  instance: string,
  { language = "en", ownStatus = 409 }: { readonly language?: Language; readonly ownStatus?: number | undefined } = {},
): Problem => {
  const { status, title, detail } = problemTypes[code];
  return {
    type: `/docs/problems#${code}`,
    title: title[language],
    status: status === "4xx" ? ownStatus : status,
    detail: detail[language],
    instance,
    code,
  };
};
