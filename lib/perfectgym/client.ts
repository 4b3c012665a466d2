import { setTimeout as sleepFor } from "node:timers/promises";
import { writeJson } from "#lib/operations/json.ts";
import type { Operation } from "#lib/operations/operation.ts";
import { type Ending, endingOf, endingOfError, errorOf, type UpstreamAnswer } from "./answer.ts";
import { StudioUnknown } from "./errors.ts";
import { jitterMs, mayRepeat, mostTries, retryAfterSeconds } from "./failures.ts";
import type { Studio, StudioSettings, StudioStore, Studios } from "./studios.ts";
import type { Attempt, Transport } from "./transport.ts";

export interface UpstreamCall {
  readonly studioId: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** As `parseJson` gives it. */
  readonly body?: unknown;
  /** Sent on as they came, such as accept-language and traceparent. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds from now until the caller must have an answer, whatever it is. */
  readonly budgetMs: number;
  /** How often it may be sent. @default 3 */
  readonly mostTries?: number;
  /** How long one try may take, in milliseconds. @default 6000 for a read, 15000 for a write */
  readonly longestTryMs?: number;
}

/** An upstream call's answer and how many times the request was sent for it. */
export type UpstreamResult = UpstreamAnswer & { readonly tries: number };

export interface PerfectGym {
  /** @throws UpstreamError (see errors.ts for what each tells), StudioUnknown, StudiosUnavailable, StudiosMisconfigured */
  readonly call: (operation: Operation, call: UpstreamCall) => Promise<UpstreamResult>;
  /** A studio's configuration but for its key. @throws as `call` where the studios cannot be had */
  readonly settings: (studioId: string) => Promise<StudioSettings>;
  readonly studioIds: () => Promise<readonly string[]>;
}

export interface PerfectGymOptions {
  readonly studios: StudioStore;
  readonly transport: Transport;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

interface Try {
  /** Which one it is, from 1. */
  readonly tries: number;
  readonly deadline: number;
}

/** A read that hangs is worth a second socket; a write's time is better spent waiting for its answer. */
const attemptMs = { read: 6_000, write: 15_000 };

/** No attempt is started with less time left than a quick answer takes. */
const leastAttemptMs = 250;

/** Calls the upstream with the studio's key: fetched, renewed once on 401, repeated as failures.ts allows. */
export const createPerfectGym = ({
  studios,
  transport,
  now = Date.now,
  random = Math.random,
  sleep = sleepFor,
}: PerfectGymOptions): PerfectGym => {
  const attempt = async (operation: Operation, call: UpstreamCall, { tries, deadline }: Try): Promise<Ending> => {
    const sendWith = async (studio: Studio): Promise<Ending> => {
      const msLeft = deadline - now();
      if (msLeft < leastAttemptMs) return { kind: "failure", failure: "too-late" };
      const request = requestTo(operation, call, { studio, isFirst: tries === 1, msLeft });
      return transport(request).then((raw) => endingOf(operation, raw), endingOfError);
    };
    const known = await studios.current(call.studioId);
    const ending = await sendWith(studioOf(known, call.studioId));
    if (ending.kind !== "key-rejected") return ending;
    const [before, after] = [
      studioOf(known, call.studioId),
      studioOf(await studios.renewed(known, call.studioId), call.studioId),
    ];
    return before.apiKey === after.apiKey && before.baseUrl === after.baseUrl ? ending : sendWith(after);
  };

  return {
    studioIds: async () => [...(await studios.current()).keys()],
    settings: async (studioId) => {
      const { defaultCancelationReasonId, timeZone, reminderPolicy } = studioOf(await studios.current(), studioId);
      return { defaultCancelationReasonId, timeZone, reminderPolicy };
    },
    call: async (operation, call) => {
      const deadline = now() + call.budgetMs;
      for (let tries = 1; ; tries++) {
        const ending = await attempt(operation, call, { tries, deadline });
        if (ending.kind === "answer") return { ...ending.answer, tries };
        const pauseMs = pauseAfter(ending, {
          tries,
          mostTries: call.mostTries ?? mostTries,
          method: operation.method,
          now: now(),
          random,
        });
        if (pauseMs === undefined || now() + pauseMs + leastAttemptMs > deadline)
          throw errorOf(ending, { tries, isWrite: operation.method !== "GET", now: now() });
        await sleep(pauseMs);
      }
    },
  };
};

interface Pausing {
  readonly tries: number;
  readonly mostTries: number;
  readonly method: Operation["method"];
  readonly now: number;
  readonly random: () => number;
}

/** Milliseconds to wait before the next try; undefined where there must be none. */
const pauseAfter = (ending: Exclude<Ending, { kind: "answer" }>, pausing: Pausing): number | undefined => {
  const { tries, mostTries, method, now, random } = pausing;
  if (ending.kind !== "failure" || tries >= mostTries || !mayRepeat(ending.failure, method)) return undefined;
  const askedSeconds = retryAfterSeconds(ending.raw?.headers["retry-after"], now) ?? 0;
  return askedSeconds * 1000 + jitterMs(ending.failure, tries, random);
};

const studioOf = (studios: Studios, studioId: string): Studio => {
  const studio = studios.get(studioId);
  if (studio) return studio;
  throw new StudioUnknown("the studios' secret does not contain the studio that the caller may use");
};

const requestTo = (
  operation: Operation,
  { params, query, body, headers, longestTryMs }: UpstreamCall,
  { studio, isFirst, msLeft }: { studio: Studio; isFirst: boolean; msLeft: number },
): Attempt => {
  const isRead = operation.method === "GET";
  return {
    url: urlOf(operation, { params, query, baseUrl: studio.baseUrl }),
    method: operation.method,
    headers: {
      accept: "application/json",
      "user-agent": "perfectgym-gateway",
      ...headers,
      ...(body !== undefined && { "content-type": "application/json" }),
      "x-api-key": studio.apiKey,
    },
    ...bodyOf(body),
    timeoutMs: Math.min(longestTryMs ?? (isRead ? attemptMs.read : attemptMs.write), msLeft),
    freshSocket: !(isRead && isFirst),
  };
};

const bodyOf = (body: unknown) => (body === undefined ? {} : { body: writeJson(body) });

const urlOf = (
  { path }: Operation,
  { params, query = {}, baseUrl }: { params: UpstreamCall["params"]; query: UpstreamCall["query"]; baseUrl: string },
): URL => {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const url = new URL(baseUrl.replace(/\/+$/, "") + filled);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
};
