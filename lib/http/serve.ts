import middy from "@middy/core";
import type { Operation } from "#lib/operations/operation.ts";
import { problemAnswers } from "#lib/problems/problem.ts";
import { RequestRefused } from "#lib/problems/types.ts";
import { answerHeaders } from "./answer-headers.ts";
import { isHttp, requestOf, resultOf } from "./invocation.ts";
import { asService, authorize, type Principal } from "./principal.ts";
import { parseRequest } from "./request.ts";
import { requestRecord } from "./request-record.ts";
import type { HttpAnswer, HttpEvent, Live, Middleware, Serving, ServingContext } from "./serving.ts";

/** The answer is due this long before the Lambda ends, so that it still gets out, and never later than that. */
const [reserveMs, longestMs] = [1_500, 20_000];

/** A request that may be carried out. Times are in milliseconds on the clock of `live.now`. */
export interface Admitted extends Serving {
  readonly principal: Principal;
  /** Until then the caller must have an answer, whatever it is. */
  readonly deadline: number;
  /** Then Lambda ends the function. */
  readonly endsAt: number;
  /** Says that a write may be sent from now on. */
  readonly beginWrite: () => void;
}

/**
 * What all operations share: API Gateway's event in, what `answer` gives or a problem out. A job of the gym's own may
 * invoke the same Lambda directly and gets `{ status, body }`.
 */
export const pipeline = (
  operation: Operation,
  live: Pick<Live, "access" | "log" | "now">,
  answer: (admitted: Admitted) => Promise<HttpAnswer>,
) => {
  const admitting = (admit: Middleware) =>
    middy<HttpEvent, HttpAnswer, Error, ServingContext>({ timeoutEarlyInMillis: 200 })
      .use(requestRecord(operation, live))
      .use(answerHeaders())
      .use(problemAnswers())
      .use(admit)
      .use(parseRequest(operation))
      .handler(async (_event, context): Promise<HttpAnswer> => {
        const { serving } = context;
        if (!serving.principal) throw new RequestRefused("forbidden", "The request was not authorized.");
        const now = live.now();
        const endsAt = now + context.getRemainingTimeInMillis();
        const deadline = Math.min(now + longestMs, endsAt - reserveMs);
        const beginWrite = () => {
          serving.isWriteBegun = true;
        };
        return answer({ ...serving, principal: serving.principal, deadline, endsAt, beginWrite });
      });
  const overHttp = admitting(authorize(operation, live.access));

  return async (event: unknown, context: ServingContext) => {
    if (isHttp(event)) return overHttp(event, context);
    const { studioId, request } = requestOf(operation, event, context);
    return resultOf(await admitting(asService(studioId))(request, context));
  };
};

/** A Lambda that serves an operation which only reads. */
export const serve = (operation: Operation, live: Live) =>
  pipeline(operation, live, async ({ record, input: { params, headers }, principal: { studioId }, deadline }) => {
    const calledAt = live.now();
    try {
      const call = { studioId, params, headers, budgetMs: deadline - calledAt };
      const { status, text, drift, attempts: tries } = await live.perfectgym.call(operation, call);
      record.note({ tries, upstreamStatus: status, ...(drift.length > 0 && { drift }) });
      return { statusCode: status, headers: { "content-type": "application/json" }, body: text };
    } finally {
      record.note({ upstreamMs: live.now() - calledAt });
    }
  });
