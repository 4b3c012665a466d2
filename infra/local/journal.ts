import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import type { Exchange, Published, UpstreamCall } from "./console/messages.ts";

/** How many requests, and how many events, are kept. */
const kept = 100;

/** How many lines of the log, and how many calls of the upstream, a request keeps. */
const keptEach = 50;

/** What happened, and the request or event as it is now. */
export type Entry =
  | { readonly kind: "exchange"; readonly exchange: Exchange; readonly hasEnded: boolean }
  | { readonly kind: "event"; readonly event: Published }
  /** A line of the log. */
  | { readonly kind: "line"; readonly line: string; readonly isOfRequest: boolean };

/** A request while the gateway serves it. */
export interface OpenExchange {
  readonly id: string;
  /** Goes to the upstream, and so shows which calls belong to this request. */
  readonly traceparent: string;
  readonly note: (facts: Pick<Exchange, "clientId" | "code">) => void;
}

/** Remembers the latest requests to the gateway, with what belongs to them, and the latest events. */
export interface Journal {
  /** Oldest first. */
  readonly exchanges: () => readonly Exchange[];
  readonly events: () => readonly Published[];
  readonly open: (request: IncomingMessage, response: ServerResponse) => OpenExchange;
  /** Takes what a function or the gateway logs: lines, each with its end. */
  readonly log: (lines: string) => void;
  /** Takes a call of the upstream, and the `traceparent` that it had. */
  readonly called: (call: UpstreamCall, traceparent: string | undefined) => void;
  readonly published: (event: Omit<Published, "at">) => void;
  /** Calls the listener with each new entry, until the function that it returns is called. */
  readonly subscribe: (listener: (entry: Entry) => void) => () => void;
}

interface Kept {
  readonly traceparent: string;
  exchange: Exchange;
}

const logged = z.looseObject({ requestId: z.string() });

export const createJournal = (): Journal => {
  let requests: readonly Kept[] = [];
  let events: readonly Published[] = [];
  const listeners = new Set<(entry: Entry) => void>();
  const tell = (entry: Entry) => {
    for (const listener of listeners) listener(entry);
  };
  const change = (request: Kept | undefined, facts: (exchange: Exchange) => Partial<Exchange>) => {
    if (!request) return;
    const changes = facts(request.exchange);
    request.exchange = { ...request.exchange, ...changes };
    tell({ kind: "exchange", exchange: request.exchange, hasEnded: "ended" in changes });
  };

  return {
    exchanges: () => requests.map(({ exchange }) => exchange),
    events: () => events,
    open: (incoming, response) => {
      const id = randomBytes(11).toString("base64");
      const { method = "", url = "" } = incoming;
      const [path = ""] = url.split("?");
      const exchange = { id, at: new Date().toISOString(), method, path, log: [], upstream: [] };
      const request: Kept = { traceparent: traceparentOf(incoming), exchange };
      requests = [...requests, request].slice(-kept);
      const startedAt = performance.now();
      tell({ kind: "exchange", exchange, hasEnded: false });
      response.once("close", () => {
        const status = response.writableFinished ? response.statusCode : undefined;
        change(request, () => ({ ended: { status, ms: Math.round(performance.now() - startedAt) } }));
      });
      return { id, traceparent: request.traceparent, note: (facts) => change(request, () => facts) };
    },
    log: (lines) => {
      for (const line of lines.split("\n").filter((each) => each !== "")) {
        const id = requestIdIn(line);
        const request = id === undefined ? undefined : requests.find(({ exchange }) => exchange.id === id);
        change(request, ({ log }) => ({ log: [...log, line].slice(-keptEach) }));
        tell({ kind: "line", line, isOfRequest: id !== undefined });
      }
    },
    called: (call, traceparent) => {
      const request = requests.findLast((each) => each.traceparent === traceparent);
      change(request, ({ upstream }) => ({ upstream: [...upstream, call].slice(-keptEach) }));
    },
    published: (event) => {
      const published = { ...event, at: new Date().toISOString() };
      events = [...events, published].slice(-kept);
      tell({ kind: "event", event: published });
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

/** The id of the request that a line is about. Functions also write lines about nothing that was requested. */
const requestIdIn = (line: string): string | undefined => {
  try {
    return logged.safeParse(JSON.parse(line)).data?.requestId;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** The caller's, or a new one if it has none or a malformed one (https://www.w3.org/TR/trace-context/). */
const traceparentOf = ({ headers }: IncomingMessage): string => {
  const { traceparent } = headers;
  if (typeof traceparent === "string" && /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent))
    return traceparent;
  const [traceId, parentId] = [randomUUID().replaceAll("-", ""), randomBytes(8).toString("hex")];
  return `00-${traceId}-${parentId}-00`;
};
