import middy from "@middy/core";
import type { Operation } from "#lib/operations/operation.ts";
import { answerHeaders } from "./answer-headers.ts";
import { Forbidden } from "./errors.ts";
import { authorize, type Principal } from "./principal.ts";
import { problemAnswers } from "./problem-answers.ts";
import { parseRequest } from "./request.ts";
import { requestRecord } from "./request-record.ts";
import type { HttpAnswer, HttpEvent, Live, Serving, ServingContext } from "./serving.ts";

/** The answer is due this long before the Lambda ends, so that it still gets out, and never later than that. */
const [reserveMs, longestMs] = [1_500, 20_000];

/** A request that may be carried out. Times are in milliseconds on the clock of `live.now`. */
export interface Admitted extends Serving {
  readonly principal: Principal;
  /** Until then the caller must have an answer, whatever it is. */
  readonly deadline: number;
  /** Then Lambda ends the function. */
  readonly endsAt: number;
}

/** What all operations share: API Gateway event (payload 2.0) in, what `answer` gives or a problem out. */
export const pipeline = (
  operation: Operation,
  live: Pick<Live, "access" | "log" | "now">,
  answer: (admitted: Admitted) => Promise<HttpAnswer>,
) =>
  middy<HttpEvent, HttpAnswer, Error, ServingContext>({ timeoutEarlyInMillis: 200 })
    .use(requestRecord(operation, live))
    .use(answerHeaders())
    .use(problemAnswers())
    .use(authorize(operation, live.access))
    .use(parseRequest(operation))
    .handler(async (_event, context): Promise<HttpAnswer> => {
      const { serving } = context;
      if (!serving.principal) throw new Forbidden("The request was not authorized.");
      const now = live.now();
      const remainingMs = context.getRemainingTimeInMillis();
      return answer({
        ...serving,
        principal: serving.principal,
        deadline: now + Math.min(longestMs, remainingMs - reserveMs),
        endsAt: now + remainingMs,
      });
    });

/** A Lambda that serves an operation which only reads. */
export const serve = (operation: Operation, live: Live) =>
  pipeline(operation, live, async ({ record, input: { params, headers }, principal: { studioId }, deadline }) => {
    const calledAt = live.now();
    try {
      const call = { studioId, params, headers, budgetMs: deadline - calledAt };
      const { status, text, drift, tries } = await live.perfectgym.call(operation, call);
      Object.assign(record, { tries, upstreamStatus: status, ...(drift.length > 0 && { drift }) });
      return { statusCode: status, headers: { "content-type": "application/json" }, body: text };
    } finally {
      record.upstreamMs = live.now() - calledAt;
    }
  });
