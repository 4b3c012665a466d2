import type { Dice } from "#infra/sandbox/members/dice.ts";
import type { BusEvent } from "#lib/events/events.ts";
import { type CancelationReminderDue, cancelationReminderDue } from "#lib/reminders/messages.ts";
import type { Clock } from "./clock.ts";
import type { Invocation } from "./invocation.ts";
import { latencies, odds } from "./odds.ts";

/** A reminder that the bus took. */
export interface Publication {
  readonly reminder: CancelationReminderDue;
  readonly at: number;
  readonly wasCutOff: () => boolean;
  /** The job could not know that the bus took it, because the answer was lost. */
  readonly isAnswerLost: boolean;
  /** Its record in the ledger. `lost`: the ledger did not take it. */
  note: "noted" | "lost" | undefined;
}

/** The bus did not take the events, or its answer was lost. */
class BusFault extends Error {
  override readonly name = "BusFault";
}

export interface BusOptions {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly onPublished: (publication: Publication) => void;
  readonly onAnswerLost: () => void;
}

/** The event bus for one invocation. */
export const busIn =
  ({ clock, dice, onPublished, onAnswerLost }: BusOptions, { reach, wasCutOff }: Invocation) =>
  (events: readonly BusEvent[]): Promise<void> => {
    const [least, more] = latencies.bus;
    return reach(least + dice.below(more), () => {
      const isFault = dice.onceIn(odds.busFault);
      // If a request fails, the bus may have taken all events, some or none.
      const taken = isFault ? dice.below(events.length + 1) : events.length;
      for (const { detail } of events.slice(0, taken))
        onPublished({
          reminder: cancelationReminderDue.parse(detail),
          at: clock.now(),
          wasCutOff,
          isAnswerLost: isFault,
          note: undefined,
        });
      if (!isFault) return;
      if (taken > 0) onAnswerLost();
      throw new BusFault();
    });
  };
