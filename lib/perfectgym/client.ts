import { setTimeout as sleepFor } from "node:timers/promises";
import type { Document } from "#lib/operations/document.ts";
import { writeJson } from "#lib/operations/json.ts";
import { isWrite, type Operation, pathOf } from "#lib/operations/operation.ts";
import { type Ending, endingOf, endingOfError, errorOf, type FailedEnding, type UpstreamAnswer } from "./answer.ts";
import { jitterMs, mayRepeat, parseRetryAfter } from "./endings.ts";
import { StudioUnknown } from "./errors.ts";
import { writeForm } from "./form.ts";
import { checkKey } from "./key-check.ts";
import { pseudonymOf, type Subject } from "./pseudonym.ts";
import type { Studio, StudioSettings, StudioStore, Studios } from "./studios.ts";
import type { Attempt, Transport } from "./transport.ts";

export interface UpstreamCall {
  readonly studioId: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** As `parseJson` gives it. */
  readonly body?: unknown;
  readonly document?: Document | undefined;
  /** Sent on as they are, such as accept-language and traceparent. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For the whole call, from now: all attempts and the pauses between them. */
  readonly budgetMs: number;
  /** @default 3 */
  readonly maxAttempts?: number;
  /** How long one attempt may take. @default 6000 for a read, 15000 for a write */
  readonly maxAttemptMs?: number;
}

/** An upstream call's answer, and how many attempts it took. */
export type UpstreamResult = UpstreamAnswer & { readonly attempts: number };

export interface PerfectGym {
  /** @throws UpstreamError, StudioUnknown, StudiosUnavailable, StudiosMisconfigured: see errors.ts */
  readonly call: (operation: Operation, call: UpstreamCall) => Promise<UpstreamResult>;
  /** A studio's configuration without its key. @throws StudioUnknown, StudiosUnavailable, StudiosMisconfigured */
  readonly settings: (studioId: string) => Promise<StudioSettings>;
  /** What the log says instead of an id. Undefined while the studio's key is not in hand. */
  readonly pseudonym: (studioId: string, subject: Subject) => string | undefined;
  /** The status of the upstream's answer about a studio's key, from `checkKey`. @throws as `settings` */
  readonly checkKey: (studioId: string, timeoutMs: number) => Promise<number | undefined>;
  /** Of all studios. @throws StudiosUnavailable, StudiosMisconfigured */
  readonly studioIds: () => Promise<readonly string[]>;
}

export interface PerfectGymOptions {
  readonly studios: StudioStore;
  readonly transport: Transport;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

interface Timing {
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  /** When the budget ends, in milliseconds since the epoch. */
  readonly budgetEndsAt: number;
}

const defaultMaxAttempts = 3;

/** A read that hangs gets a second connection while there is time. A write can only wait for its one answer. */
const defaultMaxAttemptMs = { read: 6_000, write: 15_000 };

/** With less time left, no attempt starts: even a quick answer would come too late. */
const minAttemptMs = 250;

/** Calls the upstream with the studio's key. Fetches the key, renews it once after a 401, and repeats as endings.ts allows. */
export const createPerfectGym = ({
  studios,
  transport,
  now = Date.now,
  random = Math.random,
  sleep = sleepFor,
}: PerfectGymOptions): PerfectGym => {
  /** One attempt. If the studio's key was rejected and the secret has another one, the request is sent again at once. */
  const makeAttempt = async (
    operation: Operation,
    call: UpstreamCall,
    { attempt, budgetEndsAt }: Timing,
  ): Promise<Ending> => {
    const sendWith = async (studio: Studio): Promise<Ending> => {
      const msLeft = budgetEndsAt - now();
      if (msLeft < minAttemptMs) return { name: "budget-spent" };
      const request = requestTo(operation, call, { studio, isFirst: attempt === 1, msLeft });
      return transport(request).then((raw) => endingOf(operation, raw), endingOfError);
    };
    const known = await studios.current(call.studioId);
    const ending = await sendWith(studioOf(known, call.studioId));
    if (ending.name !== "key-rejected") return ending;
    const [before, after] = [
      studioOf(known, call.studioId),
      studioOf(await studios.renewed(known, call.studioId), call.studioId),
    ];
    return before.apiKey === after.apiKey && before.baseUrl === after.baseUrl ? ending : sendWith(after);
  };

  return {
    pseudonym: (studioId, subject) => {
      const studio = studios.inHand()?.get(studioId);
      return studio && pseudonymOf(studio, subject);
    },
    checkKey: async (studioId, timeoutMs) =>
      checkKey(transport, studioOf(await studios.current(studioId), studioId), timeoutMs),
    studioIds: async () => [...(await studios.current()).keys()],
    settings: async (studioId) => {
      const studio = studioOf(await studios.current(), studioId);
      const { baseUrl, upstreamStudioId, defaultCancelationReasonId, timeZone, reminderPolicy } = studio;
      return { baseUrl, upstreamStudioId, defaultCancelationReasonId, timeZone, reminderPolicy };
    },
    call: async (operation, call) => {
      const budgetEndsAt = now() + call.budgetMs;
      const { maxAttempts = defaultMaxAttempts } = call;
      for (let attempt = 1; ; attempt++) {
        const ending = await makeAttempt(operation, call, { attempt, budgetEndsAt });
        if (ending.name === "accepted") return { ...ending.answer, attempts: attempt };
        const pauseMs = pauseAfter(ending, { attempt, maxAttempts, operation, now: now(), random });
        if (pauseMs === undefined || now() + pauseMs + minAttemptMs > budgetEndsAt)
          throw errorOf(ending, { attempts: attempt, isWrite: isWrite(operation), now: now() });
        await sleep(pauseMs);
      }
    },
  };
};

interface Pausing {
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly operation: Operation;
  readonly now: number;
  readonly random: () => number;
}

/** Milliseconds to wait before the next attempt. Undefined: there must be none. */
const pauseAfter = ({ name, raw }: FailedEnding, pausing: Pausing): number | undefined => {
  const { attempt, maxAttempts, operation, now, random } = pausing;
  if (attempt >= maxAttempts || !mayRepeat(name, operation)) return undefined;
  const wantedSeconds = parseRetryAfter(raw?.headers["retry-after"], now) ?? 0;
  return wantedSeconds * 1000 + jitterMs(name, attempt, random);
};

const studioOf = (studios: Studios, studioId: string): Studio => {
  const studio = studios.get(studioId);
  if (studio) return studio;
  throw new StudioUnknown("the studios' secret does not contain the studio that the caller may use");
};

const requestTo = (
  operation: Operation,
  { params, query, body, document, headers, maxAttemptMs }: UpstreamCall,
  { studio, isFirst, msLeft }: { studio: Studio; isFirst: boolean; msLeft: number },
): Attempt => {
  const isRead = !isWrite(operation);
  const content = contentOf(operation, body, document);
  return {
    url: urlOf(operation, { params, query, baseUrl: studio.baseUrl }),
    method: operation.method,
    headers: {
      accept: "application/json",
      "user-agent": "perfectgym-gateway",
      ...headers,
      ...content?.headers,
      "x-api-key": studio.apiKey,
    },
    ...(content && { body: content.body }),
    timeoutMs: Math.min(maxAttemptMs ?? defaultMaxAttemptMs[isRead ? "read" : "write"], msLeft),
    freshConnection: !(isRead && isFirst),
  };
};

const contentOf = (operation: Operation, body: unknown, document: Document | undefined) => {
  if (body === undefined) return undefined;
  if (operation.document) return writeForm(writeJson(body), document);
  return { headers: { "content-type": "application/json" }, body: [writeJson(body)] };
};

const urlOf = (
  operation: Operation,
  { params, query = {}, baseUrl }: { params: UpstreamCall["params"]; query: UpstreamCall["query"]; baseUrl: string },
): URL => {
  const url = new URL(baseUrl.replace(/\/+$/, "") + pathOf(operation, params));
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
};
