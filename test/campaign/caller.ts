import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { FunctionFailed } from "#infra/local/lambda.ts";
import { pathOf, scopes } from "#lib/operations/operation.ts";
import { files, formOf, sentForm } from "../forms.ts";
import { type Answer, type Attempt, isPassing } from "./history.ts";
import type { Lane } from "./lane.ts";
import type { Subject } from "./members.ts";
import type { CallerPlan, Plan } from "./plan.ts";
import { clientId, memberClientOf } from "./world.ts";

const lambdaAnswer = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string().default(""),
});
const problem = z.object({ code: z.string().optional(), outcome: z.string().optional() });

/** How many times an app sends a request before it gives up. */
const mostAttempts = 4;

/** How many times it sends a request after the last fault. */
const mostCleanAttempts = 10;

/** How long an app waits if an answer has no Retry-After, in milliseconds. */
const pauseMs = 400;

/** An app that does what the documentation says. */
export interface Caller {
  /** Sends the request. With a key, it repeats it until the answer is final. */
  readonly ask: () => Promise<void>;
  /** Repeats the request after the last fault, if it has a key. */
  readonly askAgain: () => Promise<void>;
}

interface Situation {
  readonly plan: Plan;
  readonly subject: Subject;
  readonly lane: Lane;
  readonly attempts: Attempt[];
}

export const createCaller = (situation: Situation, caller: number, own: CallerPlan): Caller => {
  const wish = situation.subject.bodies.length > 1 ? own.wish : 0;
  const intention = own.key === undefined ? `none-${caller}` : `${own.key}, wish ${wish}`;
  let count = 0;
  const attempt = async (): Promise<Attempt> => {
    const id = idOf(situation.plan, { caller, attempt: count++ });
    const startedAt = Date.now();
    const told = await request(situation, { id, key: own.key, body: situation.subject.bodies[wish] });
    const hasKey = own.key !== undefined;
    const done: Attempt = { id, caller, intention, hasKey, wish, startedAt, endedAt: Date.now(), told };
    situation.attempts.push(done);
    return done;
  };
  const insist = async (most: number, before?: Answer): Promise<void> => {
    const { told } = await attempt();
    if (own.key === undefined || most === 1 || isFinal(told, before)) return;
    await sleep(pauseAfter(told));
    return insist(most - 1, told);
  };
  return {
    ask: async () => {
      await sleep(own.startsAfterMs);
      await insist(mostAttempts);
    },
    askAgain: async () => {
      if (own.key !== undefined) await insist(mostCleanAttempts);
    },
  };
};

/** Whether a repeat cannot change the answer. A person must decide if it stays `outcome-unknown` without a Retry-After. */
const isFinal = (told: Answer | undefined, before: Answer | undefined): boolean => {
  if (!told) return false;
  const isStuck = told.code === "outcome-unknown" && told.retryAfterSeconds === undefined;
  return !isPassing(told) || (isStuck && before?.isUnknown === true);
};

const pauseAfter = (told: Answer | undefined): number =>
  told?.retryAfterSeconds === undefined ? pauseMs : told.retryAfterSeconds * 1_000;

/** A W3C trace parent. It shows which run and caller a request at the studio comes from. */
const idOf = ({ run }: Plan, { caller, attempt }: { caller: number; attempt: number }): string => {
  const hex = (value: number, length: number) => value.toString(16).padStart(length, "0");
  return `00-${hex(run + 1, 32)}-${hex(caller + 1, 8)}${hex(attempt, 8)}-01`;
};

interface Asked {
  readonly id: string;
  readonly key: string | undefined;
  readonly body: object | undefined;
}

const request = async ({ plan, subject, lane }: Situation, asked: Asked): Promise<Answer | undefined> => {
  try {
    return toldBy(lambdaAnswer.parse(await lane.invoke(plan.operation, await eventOf(plan, subject, asked))));
  } catch (error) {
    if (error instanceof FunctionFailed) return undefined;
    throw error;
  }
};

const toldBy = ({ statusCode: status, headers, body: text }: z.infer<typeof lambdaAnswer>): Answer => {
  const { code, outcome } = status >= 400 ? problem.parse(JSON.parse(text)) : {};
  const retryAfter = headers["retry-after"];
  return {
    status,
    code,
    isUnknown: outcome === "unknown",
    isReplayed: headers["idempotent-replayed"] === "true",
    retryAfterSeconds: retryAfter === undefined ? undefined : Number(retryAfter),
    text,
  };
};

/** JSON, or a form. An app may give its document another name each time. */
const sentBy = async ({ operation, hasDocument }: Plan, { id, body }: Asked) => {
  if (!body) return { headers: {}, event: { isBase64Encoded: false } };
  if (operation.document)
    return sentForm(formOf(body, hasDocument ? new File([files["application/pdf"]], `${id}.pdf`) : undefined));
  return {
    headers: { "content-type": "application/json" },
    event: { body: JSON.stringify(body), isBase64Encoded: false },
  };
};

const claimsOf = ({ studioId, token }: Plan, { customerId }: Subject) => {
  const scope = scopes.map((each) => `perfectgym/${each}`).join(" ");
  return token === "partner"
    ? { client_id: clientId, scope }
    : { client_id: memberClientOf(studioId), scope, customer_id: customerId };
};

const eventOf = async (plan: Plan, subject: Subject, asked: Asked) => {
  const { method, path } = plan.operation;
  const rawPath = pathOf(plan.operation, subject.params);
  const { headers, event } = await sentBy(plan, asked);
  return {
    version: "2.0",
    routeKey: `${method} ${path}`,
    rawPath,
    rawQueryString: "",
    headers: {
      "studio-id": plan.studioId,
      traceparent: asked.id,
      ...(asked.key !== undefined && { "idempotency-key": asked.key }),
      ...headers,
    },
    requestContext: {
      authorizer: { jwt: { claims: claimsOf(plan, subject), scopes: [] } },
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "campaign" },
      requestId: asked.id,
    },
    pathParameters: subject.params,
    ...event,
  };
};
