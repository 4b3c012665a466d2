import type { Call } from "#lib/aws/service.ts";
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
  /** Of EventBridge. */
  readonly call: Call;
  readonly bus: string;
}

export const createPublisher = ({ call, bus }: PublisherOptions): Publisher => ({
  publish: async (events, timeoutMs) => {
    const Entries = events.map(({ type, detail }) => ({
      EventBusName: bus,
      Source: "perfectgym-gateway",
      DetailType: type,
      Detail: JSON.stringify(detail),
    }));
    const answer = await call("PutEvents", { Entries }, { timeoutMs, withinMs: timeoutMs }).catch((cause) => {
      throw new EventsUnpublished(events, cause);
    });
    const { Entries: results = [] } = answer as { Entries?: readonly { ErrorCode?: string; EventId?: string }[] };
    const failed = events.filter((_, place) => results[place]?.ErrorCode !== undefined || !results[place]?.EventId);
    if (failed.length > 0) throw new EventsUnpublished(failed);
  },
});
