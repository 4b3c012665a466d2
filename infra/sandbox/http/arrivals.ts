import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
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
}

export interface Arrivals {
  /** The latest requests, oldest first. */
  readonly requests: readonly Readonly<ReceivedRequest>[];
  note(request: IncomingMessage): ReceivedRequest;
  noteOutcome(arrival: ReceivedRequest, booking: Booking | undefined): void;
}

const withoutKey = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  "x-api-key" in headers ? { ...headers, "x-api-key": "(not kept)" } : headers;

/** Remembers the latest 10,000 requests. */
export const createArrivals = (now: () => Date): Arrivals => {
  const requests: ReceivedRequest[] = [];
  return {
    requests,
    note: ({ method = "", url = "", headers }) => {
      const arrival = { method, path: url, headers: withoutKey(headers), at: now().toISOString() };
      requests.push(arrival);
      if (requests.length > keptRequests) requests.shift();
      return arrival;
    },
    noteOutcome: (arrival, booking) => {
      Object.assign(arrival, { dealtWithAt: now().toISOString(), ...(booking && { booking }) });
    },
  };
};
