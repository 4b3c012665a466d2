import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import * as z from "zod";
import { listen } from "#infra/http-server.ts";
import type { Emulator } from "./dynamodb.ts";
import { type Credentials, guard } from "./guard.ts";

const putEvents = z.object({
  Entries: z
    .array(z.object({ EventBusName: z.string(), Source: z.string(), DetailType: z.string(), Detail: z.string() }))
    .min(1)
    .max(10),
});

export interface PublishedEvent {
  readonly id: string;
  readonly bus: string;
  readonly source: string;
  readonly type: string;
  /** When the bus took it, in ISO 8601 with whole seconds. */
  readonly time: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface EventBridge extends Emulator {
  /** Oldest first. */
  readonly events: readonly PublishedEvent[];
  readonly subscribe: (onEvent: (event: PublishedEvent) => void) => void;
}

/** An emulator of EventBridge's PutEvents for the real SDK. Passes every event on. Without `credentials`, any are valid. */
export const startEventBridge = async (credentials?: Credentials): Promise<EventBridge> => {
  const events: PublishedEvent[] = [];
  const subscribers: ((event: PublishedEvent) => void)[] = [];
  const accept = ({ EventBusName: bus, Source: source, DetailType: type, Detail }: z.infer<typeof entry>) => {
    const time = new Date().toISOString().replace(/\.\d+/, "");
    const event = { id: randomUUID(), bus, source, type, time, detail: detail.parse(JSON.parse(Detail)) };
    events.push(event);
    for (const onEvent of subscribers) onEvent(event);
    return { EventId: event.id };
  };
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    const body = await text(request);
    if (request.headers["x-amz-target"] !== "AWSEvents.PutEvents")
      return answer(400, { __type: "UnknownOperationException" });
    const { data } = putEvents.safeParse(JSON.parse(body));
    if (!data) return answer(400, { __type: "ValidationException" });
    return answer(200, { FailedEntryCount: 0, Entries: data.Entries.map(accept) });
  });
  guard(server, credentials);
  const url = await listen(server, 0);
  return {
    url,
    events,
    subscribe: (onEvent) => subscribers.push(onEvent),
    close: async () => server.close().closeAllConnections(),
  };
};

const entry = putEvents.shape.Entries.element;
const detail = z.record(z.string(), z.unknown());
