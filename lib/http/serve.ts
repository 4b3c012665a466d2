import middy from "@middy/core";
import type { Context } from "aws-lambda";
import { customerGroupOf } from "#lib/observability/log.ts";
import { traceparentFor } from "#lib/observability/trace.ts";
import type { Ids, Operation } from "#lib/operations/operation.ts";
import type { PerfectGym } from "#lib/perfectgym/client.ts";
import { isForbidden } from "#lib/perfectgym/errors.ts";
import type { Subject } from "#lib/perfectgym/pseudonym.ts";
import { preferredLanguage } from "#lib/problems/language.ts";
import { problemAnswers } from "#lib/problems/problem.ts";
import { answerHeaders } from "./answer-headers.ts";
import type { FindStudio, StudioAsked } from "./home-studio.ts";
import { type Invocation, isHttp, parseInvocation, readInvocation, resultOf, serviceOf } from "./invocation.ts";
import { checkLimit, limitHeaders } from "./limit.ts";
import { checkContract } from "./ownership.ts";
import { callerOf, studioForbidden, studioRequired } from "./principal.ts";
import { readRequest } from "./request.ts";
import { requestRecord } from "./request-record.ts";
import type { Admitted, Arrival, HttpAnswer, HttpEvent, Input, Live } from "./serving.ts";

/** In milliseconds: how long before the function's end an answer is due, and how long after its arrival at most. */
const [reserveMs, longestMs] = [1_500, 20_000];

/** The share of that time in which a home studio must be found, so that enough is left for the operation itself. */
const homeShare = 0.2;

type Answering<Params extends Ids, Body> = (admitted: Admitted<Params, Body>) => Promise<HttpAnswer>;

/**
 * A Lambda handler. An HTTP event or a direct invocation becomes an input, `answer` makes an answer of it, and an error
 * becomes a problem. A direct invocation gets `{ status, body }`. @throws InvocationInvalid
 */
export const pipeline = <Params extends Ids, Body>(
  operation: Operation<Params, Body>,
  { access, limiter, findStudio, log, now, perfectgym, parseForm }: Live,
  answer: Answering<Params, Body>,
) => {
  if (operation.document && !parseForm) throw new TypeError(`${operation.id} takes a form: use lib/wiring/forms.ts`);
  const handling = <Event>(inputOf: (arrival: Arrival<Event>, timeMs: number) => Promise<Input<Params, Body>>) =>
    middy<Arrival<Event>, HttpAnswer>({ timeoutEarlyInMillis: 200 })
      .use(requestRecord(now))
      .use(answerHeaders(operation))
      .use(limitHeaders(operation))
      .use(problemAnswers())
      .handler(async (arrival, context): Promise<HttpAnswer> => {
        const input = await inputOf(arrival, Math.min(longestMs, context.getRemainingTimeInMillis() - reserveMs));
        const admitted = admit(input, arrival, { now: now(), remainingMs: context.getRemainingTimeInMillis() });
        const budgetMs = admitted.deadline - now();
        return checkContract(operation, input, { perfectgym, budgetMs })
          .then(() => answer(admitted))
          .catch(noteForbidden(admitted))
          .finally(() => noteSubject(admitted, perfectgym));
      });
  const overHttp = handling<HttpEvent>(async (arrival, timeMs) => {
    const { record } = arrival;
    const { studios, named, ...caller } = callerOf(operation, access, arrival);
    await checkLimit(operation, { caller, limiter }, arrival);
    const read = await readRequest(operation, arrival, parseForm);
    const asked = { studios, named, clientId: caller.clientId, read, record, budgetMs: timeMs * homeShare };
    const studioId = await studioOf(asked, findStudio);
    record.note({ studioId });
    return { ...read, principal: { ...caller, studioId } };
  });
  const directly = handling<Invocation>(async (arrival) => {
    const principal = serviceOf(arrival);
    return { ...readInvocation(operation, arrival), principal };
  });
  const arrive = <Event>(event: Event, { requestId, lambdaRequestId, ...sent }: Origin): Arrival<Event> => ({
    event,
    record: log.open({ operation: operation.id, requestId, lambdaRequestId, traceparent: sent.traceparent }),
    traceparent: sent.traceparent,
    language: preferredLanguage(sent.acceptLanguage),
    accept: sent.accept,
    startedAt: now(),
    isWriteBegun: false,
  });

  return async (event: unknown, context: Context) => {
    const { awsRequestId: lambdaRequestId } = context;
    if (isHttp(event)) return overHttp(arrive(event, { ...originOf(event), lambdaRequestId }), context);
    const invocation = parseInvocation(operation, event);
    const { acceptLanguage } = invocation;
    const origin = {
      requestId: lambdaRequestId,
      lambdaRequestId,
      acceptLanguage,
      traceparent: traceparentFor(undefined),
    };
    return resultOf(await directly(arrive(invocation, origin), context));
  };
};

/** The request's studio. @throws RequestInvalid that asks for the header, RequestRefused, and what `findStudio` throws */
const studioOf = async (asked: StudioAsked, findStudio: FindStudio): Promise<string> => {
  const studioId = asked.studios.length > 1 ? await findStudio(asked) : asked.named;
  if (studioId === undefined) throw studioRequired();
  // The key of a write may be bound to one that the client may no longer use.
  if (!asked.studios.includes(studioId)) throw studioForbidden();
  return studioId;
};

interface Origin {
  readonly requestId: string;
  readonly lambdaRequestId: string;
  readonly traceparent: string;
  readonly acceptLanguage: string | undefined;
  readonly accept?: string | undefined;
}

const originOf = ({ requestContext, headers }: HttpEvent): Omit<Origin, "lambdaRequestId"> => ({
  requestId: requestContext.requestId,
  traceparent: traceparentFor(headers["traceparent"]),
  acceptLanguage: headers["accept-language"],
  accept: headers["accept"],
});

const admit = <Params extends Ids, Body>(
  input: Input<Params, Body>,
  arrival: Arrival,
  { now, remainingMs }: { now: number; remainingMs: number },
): Admitted<Params, Body> => {
  const { record, startedAt, language, accept } = arrival;
  const endsAt = now + remainingMs;
  const beginWrite = () => {
    arrival.isWriteBegun = true;
  };
  const deadline = Math.min(now + longestMs, endsAt - reserveMs);
  return { input, record, startedAt, language, accept, deadline, endsAt, beginWrite };
};

/** Whose record it was, for whoever looks into an abuse. Afterwards, because then the studio's key is in hand. */
const noteSubject = <Params extends Ids, Body>(
  { record, input: { params, principal } }: Admitted<Params, Body>,
  { pseudonym }: Pick<PerfectGym, "pseudonym">,
): void => {
  const subject = subjectOf(params["customerId"] ?? principal.member, params["contractId"]);
  const pseudonymous = subject && pseudonym(principal.studioId, subject);
  if (pseudonymous !== undefined) record.note({ subject: pseudonymous });
};

const subjectOf = (customerId: string | undefined, contractId: string | undefined): Subject | undefined => {
  if (customerId !== undefined) return { kind: "customer", id: customerId };
  return contractId === undefined ? undefined : { kind: "contract", id: contractId };
};

/** If the upstream closes a resource to the studio's key, the log says for which group of customers. */
const noteForbidden =
  <Params extends Ids, Body>({ record, input }: Admitted<Params, Body>) =>
  (error: unknown): never => {
    if (isForbidden(error)) record.note({ forbidden: customerGroupOf(input.params["customerId"]) });
    throw error;
  };

/** The handler of an operation that changes nothing. */
export const serve = <Params extends Ids, Body>(operation: Operation<Params, Body>, live: Live) =>
  pipeline(operation, live, async ({ record, input, deadline }) => {
    const { principal, ...request } = input;
    const calledAt = live.now();
    try {
      const call = { ...request, studioId: principal.studioId, budgetMs: deadline - calledAt };
      const { status, text, drift, attempts: tries } = await live.perfectgym.call(operation, call);
      record.note({ tries, upstreamStatus: status, ...(drift.length > 0 && { drift }) });
      return { statusCode: status, headers: { "content-type": "application/json" }, body: text };
    } finally {
      record.note({ upstreamMs: live.now() - calledAt });
    }
  });
