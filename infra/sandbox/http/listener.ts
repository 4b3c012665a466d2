import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { isHostOfOurs, readBody } from "#infra/http-server.ts";
import { type Conditions, faultUnder } from "../conditions.ts";
import type { Studio } from "../studio.ts";
import type { Arrivals, ReceivedRequest } from "./arrivals.ts";
import { createCall, type Message } from "./call.ts";
import type { Control } from "./control.ts";
import type { Faults } from "./faults.ts";
import { readForm } from "./form.ts";
import { type Language, preferredLanguage } from "./language.ts";
import { type Exchange, misbehave } from "./misbehave.ts";
import type { RateLimit } from "./rate-limit.ts";
import { Refusal } from "./refusal.ts";
import { ok, type Refuser, type Reply, send } from "./reply.ts";
import { match } from "./routes.ts";

export interface Parts {
  readonly apiKey: () => string;
  readonly arrivals: Arrivals;
  readonly conditions: () => Conditions;
  readonly control: Control;
  readonly faults: Faults;
  readonly limit: RateLimit;
  readonly refuse: Refuser;
  readonly studio: Studio;
  /** Ends the requests that wait. */
  readonly closing: AbortSignal;
}

interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly arrival: ReceivedRequest;
  readonly language: Language;
}

const largestBodyBytes = 5_000_000;

/** @throws Refusal if the body has more than 5 MB */
const readBytes = async (request: IncomingMessage): Promise<Buffer> => {
  const body = await readBody(request, largestBodyBytes);
  if (body === undefined) throw new Refusal("BODY_TOO_LARGE");
  return body;
};

const targetOf = ({ url = "" }: IncomingMessage) => {
  const [pathname = "", ...rest] = url.split("?");
  return { pathname, query: new URLSearchParams(rest.join("?")) };
};

const exchangeOf = (parts: Parts, { request, response, language }: Incoming, carryOut: () => Reply): Exchange => ({
  carryOut,
  send: (reply) => send(response, reply),
  refuse: (refusal) => parts.refuse(refusal, language),
  reset: () => request.socket.resetAndDestroy(),
  sleep: (ms) => sleep(ms, undefined, { signal: parts.closing }),
});

/** Matches, counts and reads the request before a fault can hit it, so that only the fault is wrong. */
const operate = async (parts: Parts, incoming: Incoming): Promise<void> => {
  const { request, response, arrival, language } = incoming;
  const { pathname, query } = targetOf(request);
  const { operation, behaviour, params } = match(arrival.method, pathname);
  arrival.operation = operation.id;
  parts.limit.count(operation.id, parts.apiKey());
  const body = await readBytes(request);
  const form = operation.document && (await readForm(request.headers, body, operation.document));
  arrival.body = form?.data ?? body.toString();
  const message: Message = { params, query, headers: request.headers, text: arrival.body, form };
  const carryOut = (): Reply => {
    const { books } = parts.studio;
    const booked = books.length;
    try {
      return ok(behaviour(parts.studio, createCall(message)));
    } catch (error) {
      return parts.refuse(error, language);
    } finally {
      parts.arrivals.noteOutcome(arrival, books[booked]);
    }
  };
  const fault = parts.faults.take(operation.id, params) ?? faultUnder(parts.conditions(), operation);
  if (fault === undefined) send(response, carryOut());
  else await misbehave(fault, exchangeOf(parts, incoming, carryOut));
};

const answer = async (parts: Parts, incoming: Incoming): Promise<void> => {
  const { request, response, arrival } = incoming;
  if (!isHostOfOurs(request.headers.host)) throw new Refusal("HOST_UNKNOWN");
  if (request.headers["x-api-key"] !== parts.apiKey()) throw new Refusal("API_KEY_INVALID");
  if (arrival.method === "HEAD") return send(response, ok(undefined));
  const action = parts.control(arrival.method, targetOf(request).pathname);
  if (action === undefined) return operate(parts, incoming);
  return send(response, action({ headers: request.headers, text: (await readBytes(request)).toString() }));
};

/** Answers every request. A failure gets the upstream's error body. A caller that has hung up gets no answer. */
export const createListener =
  (parts: Parts): RequestListener =>
  (request, response) => {
    const language = preferredLanguage(request.headers["accept-language"]);
    const incoming = { request, response, arrival: parts.arrivals.note(request, response), language };
    answer(parts, incoming).catch((error: unknown) => {
      if (!request.socket.destroyed) send(response, parts.refuse(error, language));
    });
  };
