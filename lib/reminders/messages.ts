import * as z from "zod";

const run = z.object({
  /** Of the invocation that started the run. */
  runId: z.string(),
  studioId: z.string(),
  /** After this the run is over, in milliseconds: the next one has begun. */
  endsAt: z.number(),
  /** A day in the real one's place; only for trying things out. */
  today: z.iso.date().optional(),
  /** Nothing is recorded or published. */
  dryRun: z.boolean().optional(),
});

/** Asks for one slice of a studio's members. */
export const sliceMessage = run.extend({
  /** Absent: the first. */
  offset: z.string().optional(),
});

/** Asks whether one member is to be reminded. */
export const memberMessage = run.extend({
  customerId: z.string(),
  /** How often the upstream asked for patience instead of an answer. */
  refused: z.int().optional(),
});

export type Run = z.infer<typeof run>;
export type SliceMessage = z.infer<typeof sliceMessage>;
export type MemberMessage = z.infer<typeof memberMessage>;

/** What starts a run: the schedule's own event, or a person's with any of these. */
export const startEvent = z.looseObject({ today: run.shape.today, dryRun: run.shape.dryRun });

const text = (description: string) => z.string().meta({ description });

/** Published once for each step of each deadline. Ids are text: they are int64. */
export const cancelationReminderDue = z
  .strictObject({
    reminderId: text("Identifies the reminder. A repeat of the same reminder has the same id"),
    studioId: text("The studio's id in the gateway"),
    customerId: text("The member, an int64 in digits"),
    contractId: text("The contract, an int64 in digits"),
    lastPossibleCancelationDate: z.iso
      .date()
      .meta({ description: "The last day on which the contract can be canceled" }),
    endDate: z.iso.date().nullable().meta({ description: "The last day of the current term" }),
    daysLeft: z
      .int()
      .min(0)
      .meta({ description: "Days from today, in the studio's time zone, to that date; 0 on the day itself" }),
    step: z.int().min(0).meta({ description: "The policy's lead day that this reminder is for, such as 14" }),
    policy: text("The name of the reminder policy"),
    rateName: z.string().nullable().meta({ description: "The studio's name for the tariff" }),
    currentPrice: z
      .strictObject({ amount: z.number(), currency: text("ISO 4217") })
      .nullable()
      .meta({ description: "The member's current price, in units of the currency" }),
  })
  .readonly();

export type CancelationReminderDue = z.infer<typeof cancelationReminderDue>;
