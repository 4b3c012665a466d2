import { chunksOf } from "#lib/chunks.ts";
import type { BusEvent } from "#lib/events/events.ts";
import { EventsUnpublished, mostEvents } from "#lib/events/publisher.ts";
import type { Ledger } from "./ledger.ts";
import { type Reminder, typeOf } from "./messages.ts";

export interface PublishEffects {
  readonly ledger: Ledger;
  /** At most `mostEvents`. @throws EventsUnpublished */
  readonly publish: (events: readonly BusEvent[]) => Promise<void>;
}

/** Another Lambda has claimed this reminder and may still fail to publish it. */
export class ReminderInHand extends Error {
  override readonly name = "ReminderInHand";
}

/**
 * Claims reminders, publishes those that nobody else has claimed or published, and records which of them the bus took.
 * Returns the published ones. @throws EventsUnpublished, ReminderInHand: the member's message must come again
 */
export const publishOnce = async <Given extends Reminder>(
  { ledger, publish }: PublishEffects,
  reminders: readonly Given[],
): Promise<readonly Given[]> => {
  const claims = await Promise.all(reminders.map(({ reminderId }) => ledger.claim(reminderId)));
  const claimed = reminders.filter((_, place) => claims[place] === "claimed");
  const events = claimed.map((detail) => ({ type: typeOf(detail), detail }));
  const failures = await publishInChunks(publish, events);
  const unpublished = failures.flatMap((failure) => failure.unpublished);
  const refused = new Set(unpublished.map(({ detail }) => detail));
  await Promise.all(
    claimed.map((reminder) =>
      refused.has(reminder) ? ledger.giveUp(reminder.reminderId) : ledger.published(reminder.reminderId),
    ),
  );
  if (failures.length > 0) throw new EventsUnpublished(unpublished, failures[0]);
  if (claims.includes("running")) throw new ReminderInHand("a reminder of this member is being published elsewhere");
  return claimed;
};

/** Goes on after a failure: each one has the events that the bus did not take. */
const publishInChunks = async (
  publish: PublishEffects["publish"],
  events: readonly BusEvent[],
): Promise<readonly EventsUnpublished[]> => {
  const failures: EventsUnpublished[] = [];
  for (const chunk of chunksOf(events, mostEvents))
    try {
      await publish(chunk);
    } catch (error) {
      if (!(error instanceof EventsUnpublished)) throw error;
      failures.push(error);
    }
  return failures;
};
