import { createHash } from "node:crypto";
import * as z from "zod/mini";
import { about } from "#lib/operations/about.ts";
import { calendarDate } from "#lib/operations/fields.ts";
import { type WriteRules, writeEvents } from "#lib/operations/operation.ts";

/** Published by the reminder job, for contracts and for additional modules. */
export const reminderEvents = ["CancelationReminderDue", "AdditionalModuleCancelationReminderDue"] as const;

/** Every event that the gateway publishes. */
export const eventTypes = [...writeEvents, ...reminderEvents] as const;

const text = (description: string) => about(z.string(), { description });

/** One of the upstream's constants, so that no other text of a studio gets into an event. */
const status = (description: string) => about(z.string().check(z.regex(/^[A-Z_]{1,40}$/)), { description });

/** What the receipt of a cancelation or of a statutory withdrawal says. */
const receiptFields = {
  requestedDate: z.optional(about(calendarDate, { description: "The day to which a cancelation was requested" })),
  cancelationStatus: z.optional(
    status("Of a cancelation: CANCELED, PENDING_VERIFICATION, another status of the upstream, or NOT_YET_KNOWN"),
  ),
  cancelationDate: z.optional(about(calendarDate, { description: "The day to which the upstream has canceled" })),
  withdrawalStatus: z.optional(status("Of a statutory withdrawal: REVERSED or NOT_YET_KNOWN")),
};

/** The fields of a receipt that an event may have. What does not fit is left out: an event has no free text. */
export const ofReceipt = (receipt: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(receiptFields).flatMap(([name, field]) => {
      const { data } = z.safeParse(field, receipt[name]);
      return data === undefined ? [] : [[name, data]];
    }),
  );

/**
 * Published for every write that the upstream accepted or may have accepted. It has ids, times, and what a receipt says;
 * no other data.
 */
export const writeEventDetail = z.readonly(
  z.strictObject({
    eventId: text("Identifies the event. A repeat of the same event has the same id"),
    outcome: about(z.enum(["accepted", "unknown"]), {
      description: "unknown: the write may or may not have been carried out",
    }),
    receivedAt: about(z.iso.datetime({ precision: 3 }), {
      description: "When the gateway received the request, in UTC",
    }),
    operation: text("The operation's id, such as createContractCancelationAmendment"),
    clientId: text("The client of the token, or service for a direct invocation by a job of the gym"),
    requestId: text("The request's id, as in the header x-request-id of the answer"),
    studioId: text("The studio's id in the gateway"),
    customerId: z.optional(text("The member, an int64 in digits; absent if neither the path nor the token names her")),
    contractId: z.optional(text("The contract, an int64 in digits")),
    amendmentId: z.optional(text("The amendment, an int64 in digits; absent if unknown")),
    idlePeriodId: z.optional(
      text("The pause, or its amendment while that waits, an int64 in digits; absent if unknown"),
    ),
    additionalModuleContractId: z.optional(text("The booked module, an int64 in digits; absent if unknown")),
    ...receiptFields,
  }),
);

export interface WriteEvent {
  readonly type: WriteRules["event"];
  readonly detail: z.infer<typeof writeEventDetail>;
}

/** An event in the form that EventBridge takes. */
export interface BusEvent {
  readonly type: string;
  readonly detail: object;
}

/** An id derived from the parts: the same parts give the same id. */
export const stableId = (...parts: readonly (string | number)[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 32);
