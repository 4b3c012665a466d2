import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { BusEvent } from "./events.ts";

/** EventBridge takes ten entries in one call. */
export const mostEvents = 10;

/** The bus did not take all events. */
export class EventsUnpublished extends Error {
  override readonly name = "EventsUnpublished";
  readonly #unpublished: readonly BusEvent[];
  constructor(unpublished: readonly BusEvent[], cause?: unknown) {
    super(`${unpublished.length} event(s) were not published`, { cause });
    this.#unpublished = unpublished;
  }
  /** Private, because Lambda logs the properties of an error that is thrown, and events hold members' ids. */
  get unpublished(): readonly BusEvent[] {
    return this.#unpublished;
  }
}

export interface Publisher {
  /** Takes at most `mostEvents`. @throws EventsUnpublished, also if no answer came in time */
  readonly publish: (events: readonly BusEvent[], timeoutMs: number) => Promise<void>;
}

export interface PublisherOptions {
  readonly client: Pick<EventBridgeClient, "send">;
  readonly bus: string;
}

export const createPublisher = ({ client, bus }: PublisherOptions): Publisher => ({
  publish: async (events, timeoutMs) => {
    const Entries = events.map(({ type, detail }) => ({
      EventBusName: bus,
      Source: "perfectgym-gateway",
      DetailType: type,
      Detail: JSON.stringify(detail),
    }));
    const abortSignal = AbortSignal.timeout(timeoutMs);
    const put = client.send(new PutEventsCommand({ Entries }), { abortSignal });
    const { Entries: results = [] } = await put.catch((cause) => {
      throw new EventsUnpublished(events, cause);
    });
    const failed = events.filter((_, place) => results[place]?.ErrorCode !== undefined || !results[place]?.EventId);
    if (failed.length > 0) throw new EventsUnpublished(failed);
  },
});
