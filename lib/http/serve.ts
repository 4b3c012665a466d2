import middy from "@middy/core";
import type { Operation } from "#lib/operations/operation.ts";
import { answerHeaders } from "./answer-headers.ts";
import { Forbidden } from "./errors.ts";
import { authorize } from "./principal.ts";
import { problemAnswers } from "./problem-answers.ts";
import { parseRequest } from "./request.ts";
import { requestRecord } from "./request-record.ts";
import type { HttpAnswer, HttpEvent, Live, ServingContext } from "./serving.ts";

/** An upstream call ends this long before the Lambda does, so that the answer still gets out, and never lasts longer. */
const [reserveMs, longestCallMs] = [1_500, 20_000];

/** A Lambda that serves one operation: API Gateway event (payload 2.0) in, the upstream's answer or a problem out. */
export const serve = (operation: Operation, live: Live) =>
  middy<HttpEvent, HttpAnswer, Error, ServingContext>({ timeoutEarlyInMillis: 200 })
    .use(requestRecord(operation, live))
    .use(answerHeaders())
    .use(problemAnswers())
    .use(authorize(operation, live.access))
    .use(parseRequest(operation))
    .handler(async (_event, context): Promise<HttpAnswer> => {
      const { record, input, principal } = context.serving;
      if (!principal) throw new Forbidden("The request was not authorized.");
      const calledAt = live.now();
      const budgetMs = Math.min(longestCallMs, context.getRemainingTimeInMillis() - reserveMs);
      try {
        const { status, text, drift, tries } = await live.perfectgym.call(operation, {
          ...input,
          studioId: principal.studioId,
          budgetMs,
        });
        Object.assign(record, { tries, upstreamStatus: status, ...(drift.length > 0 && { drift }) });
        return { statusCode: status, ...(text && { headers: { "content-type": "application/json" }, body: text }) };
      } finally {
        record.upstreamMs = live.now() - calledAt;
      }
    });
