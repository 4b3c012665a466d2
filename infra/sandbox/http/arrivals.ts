import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Booking } from "../studio.ts";

const keptRequests = 10_000;

/** A request that arrived, and its outcome. */
export interface ReceivedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Without the key's value. */
  readonly headers: IncomingHttpHeaders;
  /** ISO 8601, by the sandbox's clock. */
  readonly at: string;
  /** Known once the key, the path and the method were right. */
  operation?: string;
  /** Known once it was read. Of a form, its data. */
  body?: string;
  /** When the studio carried the request out or refused it. Absent if a fault prevented that. */
  dealtWithAt?: string;
  /** Its booking, if it is a write that was carried out. */
  booking?: Booking;
  /** Known once it ended. Without a status, it got no whole answer. */
  ended?: { readonly status: number | undefined; readonly ms: number };
}

export interface Arrivals {
  /** The latest requests, oldest first. */
  readonly requests: readonly Readonly<ReceivedRequest>[];
  note(request: IncomingMessage, response: ServerResponse): ReceivedRequest;
  noteOutcome(arrival: ReceivedRequest, booking: Booking | undefined): void;
  /** Calls the listener with each request that ends. */
  onEnd(listener: EndListener): void;
}

export type EndListener = (request: Readonly<ReceivedRequest>) => void;

const withoutKey = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  "x-api-key" in headers ? { ...headers, "x-api-key": "(not kept)" } : headers;

/** Remembers the latest 10,000 requests. */
export const createArrivals = (now: () => Date): Arrivals => {
  const requests: ReceivedRequest[] = [];
  const listeners: EndListener[] = [];
  return {
    requests,
    note: ({ method = "", url = "", headers }, response) => {
      const arrival: ReceivedRequest = { method, path: url, headers: withoutKey(headers), at: now().toISOString() };
      const startedAt = performance.now();
      response.once("close", () => {
        const status = response.writableFinished ? response.statusCode : undefined;
        arrival.ended = { status, ms: Math.round(performance.now() - startedAt) };
        for (const listener of listeners) listener(arrival);
      });
      requests.push(arrival);
      if (requests.length > keptRequests) requests.shift();
      return arrival;
    },
    noteOutcome: (arrival, booking) => {
      Object.assign(arrival, { dealtWithAt: now().toISOString(), ...(booking && { booking }) });
    },
    onEnd: (listener) => void listeners.push(listener),
  };
};
