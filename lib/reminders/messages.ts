import * as z from "zod/mini";
import type { reminderEvents } from "#lib/events/events.ts";
import { about } from "#lib/operations/about.ts";

const run = z.object({
  /** The request id of the invocation that started the run. */
  runId: z.string(),
  studioId: z.string(),
  /** The end of the run, in milliseconds since the epoch. The next run begins later. */
  endsAt: z.number(),
  /** A day to use instead of today's date, to try something out. */
  today: z.optional(z.iso.date()),
  /** The run records and publishes nothing. */
  dryRun: z.optional(z.boolean()),
});

/** Makes listMembers read one slice of a studio's members. */
export const sliceMessage = z.extend(run, {
  /** Absent for the first slice. */
  offset: z.optional(z.string()),
});

/** Makes checkMember check one member. */
export const memberMessage = z.extend(run, {
  customerId: z.string(),
  /** How often the upstream was too busy (429 or 503) to answer. */
  refused: z.optional(z.int()),
});

export type Run = z.infer<typeof run>;
export type SliceMessage = z.infer<typeof sliceMessage>;
export type MemberMessage = z.infer<typeof memberMessage>;

/** The event that starts a run: from the schedule, or from a person, who may add these. */
export const startEvent = z.looseObject({ today: run.shape.today, dryRun: run.shape.dryRun });

const text = (description: string) => about(z.string(), { description });

const reminder = {
  reminderId: text("Identifies the reminder. A repeat of the same reminder has the same id"),
  studioId: text("The studio's id in the gateway"),
  customerId: text("The member, an int64 in digits"),
  contractId: text("The contract, an int64 in digits"),
};

const step = {
  endDate: about(z.nullable(z.iso.date()), { description: "The last day of the current term" }),
  daysLeft: about(z.int().check(z.minimum(0)), {
    description: "Days from today, in the studio's time zone, to that date; 0 on the day itself",
  }),
  step: about(z.int().check(z.minimum(0)), {
    description: "The policy's lead day that this reminder is for, such as 14",
  }),
  policy: text("The name of the reminder policy"),
};

const price = (description: string) =>
  about(z.nullable(z.strictObject({ amount: z.number(), currency: text("ISO 4217") })), { description });

/** The event that is published once for each step of each deadline. Ids are text, because they are int64. */
export const cancelationReminderDue = z.readonly(
  z.strictObject({
    ...reminder,
    lastPossibleCancelationDate: about(z.iso.date(), {
      description: "The last day on which the contract can be canceled",
    }),
    ...step,
    rateName: about(z.nullable(z.string()), { description: "The studio's name for the tariff" }),
    currentPrice: price("The member's current price, in units of the currency"),
  }),
);

/** The same for an additional module. Its type is another one, so that receivers do not take it for the contract's. */
export const moduleCancelationReminderDue = z.readonly(
  z.strictObject({
    ...reminder,
    contractId: text("The contract that the module belongs to, an int64 in digits"),
    additionalModuleContractId: text("The booked module, an int64 in digits"),
    lastPossibleCancelationDate: about(z.iso.date(), {
      description: "The last day on which the module can be canceled",
    }),
    ...step,
    name: about(z.nullable(z.string()), { description: "What the studio calls the module; null if unknown" }),
    price: price("The module's price, in units of the currency; null if unknown"),
    asOf: about(z.iso.date(), {
      description:
        "The day on which the gateway read the module: today, or earlier if it is the last day and it could not",
    }),
  }),
);

export type CancelationReminderDue = z.infer<typeof cancelationReminderDue>;
export type ModuleCancelationReminderDue = z.infer<typeof moduleCancelationReminderDue>;
export type Reminder = CancelationReminderDue | ModuleCancelationReminderDue;

/** The detail type of a reminder's event. */
export const typeOf = (detail: Reminder): (typeof reminderEvents)[number] =>
  "additionalModuleContractId" in detail ? "AdditionalModuleCancelationReminderDue" : "CancelationReminderDue";
