import type { BusEvent } from "#lib/events/events.ts";
import { EventsUnpublished, mostEvents } from "#lib/events/publisher.ts";
import type { RunEffects } from "./effects.ts";
import type { CancelationReminderDue } from "./messages.ts";

/** Somebody else holds the claim to this reminder and may yet fail. */
export class ReminderInHand extends Error {
  override readonly name = "ReminderInHand";
}

/** @throws EventsUnpublished with all that did not get out */
const inTens = async (put: RunEffects["publish"], events: readonly BusEvent[]): Promise<void> => {
  const failures: EventsUnpublished[] = [];
  for (let from = 0; from < events.length; from += mostEvents)
    await put(events.slice(from, from + mostEvents)).catch((error) => failures.push(unpublishedOf(error)));
  if (failures.length > 0)
    throw new EventsUnpublished(
      failures.flatMap(({ unpublished }) => unpublished),
      failures[0],
    );
};

const unpublishedOf = (error: unknown): EventsUnpublished => {
  if (error instanceof EventsUnpublished) return error;
  throw error;
};

/** Claims, publishes, settles. @throws where one is in other hands or the bus fails: then the message comes again */
export const publishOnce = async (
  { ledger, publish: put }: RunEffects,
  reminders: readonly CancelationReminderDue[],
) => {
  const claims = await Promise.all(reminders.map(({ reminderId }) => ledger.claim(reminderId)));
  const claimed = reminders.filter((_, place) => claims[place] === "claimed");
  const events = claimed.map((detail) => ({ type: "CancelationReminderDue", detail }));
  const failure = events.length === 0 ? undefined : await inTens(put, events).then(() => undefined, unpublishedOf);
  const isOut = (detail: object) => !failure?.unpublished.some((event) => event.detail === detail);
  await Promise.all(claimed.map((each) => ledger[isOut(each) ? "published" : "giveUp"](each.reminderId)));
  if (failure) throw failure;
  if (claims.includes("running")) throw new ReminderInHand("a reminder of this member is being published elsewhere");
  return claimed;
};
