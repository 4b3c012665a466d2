import * as z from "zod";
import type { BusEvent } from "#lib/events/events.ts";
import { EventsUnpublished, mostEvents, type Publisher } from "#lib/events/publisher.ts";
import type { Log } from "#lib/observability/log.ts";
import type { Outbox, WaitingEvent } from "./outbox.ts";

export interface DrainEffects {
  readonly outbox: Outbox;
  readonly publisher: Publisher;
  readonly log: Log;
}

const busEvent = z.object({ type: z.string(), detail: z.record(z.string(), z.unknown()) });

/** In milliseconds; the next run is a minute away. */
const publishTimeoutMs = 5_000;

/** A Lambda on a schedule: publishes what waits, at most a hundred events a run, and @throws if something still waits. */
export const drainOutbox = ({ outbox, publisher, log }: DrainEffects) => {
  /** Those that the bus did not take. */
  const publish = async (waiting: readonly WaitingEvent[]): Promise<readonly WaitingEvent[]> => {
    const events = new Map<BusEvent, WaitingEvent>(
      waiting.map((each) => [busEvent.parse(JSON.parse(each.event)), each]),
    );
    const failed = await publisher.publish([...events.keys()], publishTimeoutMs).then(
      (): WaitingEvent[] => [],
      (error: unknown) => {
        if (error instanceof EventsUnpublished) return error.unpublished.flatMap((event) => events.get(event) ?? []);
        throw error;
      },
    );
    await Promise.all(waiting.filter((each) => !failed.includes(each)).map(outbox.published));
    return failed;
  };

  return async (_event: unknown, { awsRequestId: requestId }: { awsRequestId: string }): Promise<void> => {
    const due = await outbox.due(100);
    const failed: WaitingEvent[] = [];
    for (let from = 0; from < due.length; from += mostEvents)
      failed.push(...(await publish(due.slice(from, from + mostEvents))));
    const [published, waiting] = [due.length - failed.length, failed.length];
    if (due.length > 0) log.job({ operation: "publishWaitingEvents", requestId, published, waiting });
    if (waiting > 0) throw new EventsUnpublished(failed.map(({ event }) => busEvent.parse(JSON.parse(event))));
  };
};
