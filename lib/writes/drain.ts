import type { Context } from "aws-lambda";
import * as z from "zod/mini";
import { chunksOf } from "#lib/chunks.ts";
import type { BusEvent } from "#lib/events/events.ts";
import { EventsUnpublished, mostEvents, type Publisher } from "#lib/events/publisher.ts";
import type { Log } from "#lib/observability/log.ts";
import { jsonText } from "#lib/operations/json.ts";
import type { Outbox } from "./outbox.ts";

export interface DrainEffects {
  readonly outbox: Outbox;
  readonly publisher: Publisher;
  readonly log: Log;
}

/** EventBridge takes 256 KB in one call. Ten events of at most this length fit. A larger one would make all ten fail. */
const busEvent = z.pipe(
  z.string().check(z.maxLength(20_000)),
  z.pipe(
    jsonText,
    z.object({ type: z.string().check(z.minLength(1), z.maxLength(128)), detail: z.record(z.string(), z.unknown()) }),
  ),
);

/** In milliseconds. The next run starts within a minute. */
const publishTimeoutMs = 5_000;

/** In milliseconds. A batch begins only if it can end before Lambda ends the function: publishing, then the table. */
const batchMs = publishTimeoutMs + 5_000;

/** Waits for all changes and returns the errors of those that failed. */
const failuresOf = async (changes: readonly Promise<void>[]): Promise<readonly unknown[]> =>
  (await Promise.allSettled(changes)).flatMap((each) => (each.status === "rejected" ? [each.reason] : []));

/**
 * The handler of a scheduled Lambda that publishes waiting events, at most a hundred a run. It sets malformed ones aside
 * and counts them. What it has no time for waits for the next run. @throws EventsUnpublished if the bus did not take an
 * event, and the table's error once all the rest is done
 */
export const drainOutbox = ({ outbox, publisher, log }: DrainEffects) => {
  /** Returns the events that the bus did not take. */
  const publish = async (events: readonly BusEvent[]): Promise<readonly BusEvent[]> => {
    try {
      await publisher.publish(events, publishTimeoutMs);
      return [];
    } catch (error) {
      if (error instanceof EventsUnpublished) return error.unpublished;
      throw error;
    }
  };

  return async (
    _event: unknown,
    context: Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">,
  ): Promise<void> => {
    const { awsRequestId: requestId } = context;
    const due = (await outbox.due(100)).map((each) => ({ each, event: busEvent.safeParse(each.event).data }));
    const malformed = due.flatMap(({ each, event }) => (event ? [] : [each]));
    const sound = due.flatMap(({ each, event }) => (event ? [{ each, event }] : []));
    const errors = [...(await failuresOf(malformed.map(outbox.setAside)))];
    const untaken: BusEvent[] = [];
    let published = 0;
    for (const batch of chunksOf(sound, mostEvents)) {
      if (context.getRemainingTimeInMillis() < batchMs) break;
      const refused = await publish(batch.map(({ event }) => event));
      untaken.push(...refused);
      published += batch.length - refused.length;
      const change = ({ each, event }: (typeof sound)[number]) =>
        refused.includes(event) ? outbox.postpone(each) : outbox.published(each);
      errors.push(...(await failuresOf(batch.map(change))));
    }
    const counts = { published, waiting: sound.length - published, malformed: malformed.length };
    if (due.length > 0) log.job({ operation: "publishWaitingEvents", requestId, ...counts });
    if (errors.length > 0) throw errors[0];
    if (untaken.length > 0) throw new EventsUnpublished(untaken);
  };
};
