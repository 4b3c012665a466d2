import { Forbidden } from "#lib/http/errors.ts";
import type { HttpAnswer, Middleware } from "#lib/http/serving.ts";
import { customerGroupOf, describeErrors } from "#lib/observability/log.ts";
import { writeJson } from "#lib/operations/json.ts";
import {
  OutcomeUnknown,
  StudiosMisconfigured,
  StudioUnknown,
  UpstreamError,
  UpstreamForbidden,
} from "#lib/perfectgym/errors.ts";
import { isForeseen, problemOf, retryAfterOf } from "./problem.ts";

/** An error as its caller gets it. */
export const problemAnswer = (error: unknown, requestId: string): HttpAnswer => {
  const problem = problemOf(error, requestId);
  const retryAfter = retryAfterOf(error);
  return {
    statusCode: problem.status,
    headers: {
      "content-type": "application/problem+json",
      ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    },
    body: writeJson(problem),
  };
};

/** Answers an error with its problem, and notes in the record what an operator needs to know of it. */
export const problemAnswers = (): Middleware => ({
  onError: (request) => {
    const { record, isWriteBegun, input } = request.context.serving;
    // Lambda's time was up, or there is a bug: either may have come after the write was carried out.
    const isInDoubt = isWriteBegun && !isForeseen(request.error);
    const error = isInDoubt ? new OutcomeUnknown({ attempts: 0 }, { cause: request.error }) : request.error;
    const problem = problemOf(error, record.requestId);
    request.response = problemAnswer(error, record.requestId);
    record.note({ code: problem.code });
    if (error instanceof UpstreamError) record.note(loggable(error));
    if (error instanceof UpstreamForbidden) record.note({ forbidden: customerGroupOf(input.params["customerId"]) });
    if (tellsItsReason(error)) record.note({ reason: error.message });
    if (problem.status >= 500 || error instanceof StudioUnknown) record.note({ errors: describeErrors(error) });
  },
});

/** Whether an error's message names claims and fields only, and so may be in the log. */
const tellsItsReason = (error: unknown): error is Error =>
  error instanceof StudiosMisconfigured || error instanceof Forbidden;

/** The upstream's trace id is logged only where it looks like one: it is the upstream's text. */
const loggable = ({ facts: { attempts: tries, upstreamStatus, traceId = "", outcome } }: UpstreamError) => ({
  tries,
  ...(upstreamStatus !== undefined && { upstreamStatus }),
  ...(/^[\da-f-]{8,64}$/i.test(traceId) && { upstreamTraceId: traceId }),
  ...(outcome && { outcome }),
});
