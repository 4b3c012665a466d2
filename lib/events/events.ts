import { createHash } from "node:crypto";
import * as z from "zod";
import type { WriteRules } from "#lib/operations/operation.ts";

const text = (description: string) => z.string().meta({ description });

/** What is published of every write that the upstream accepted, or may have accepted. Ids and times, nothing else. */
export const writeEventDetail = z
  .strictObject({
    eventId: text("The same however often the event is published: deduplicate by it"),
    outcome: z
      .enum(["accepted", "unknown"])
      .meta({ description: "unknown: nobody could see whether it was carried out" }),
    receivedAt: z.iso.datetime({ precision: 3 }).meta({ description: "When the request came in, in UTC" }),
    operation: text("The operation's id, such as createContractCancelationAmendment"),
    clientId: text("Whose token it was; service for a job of the gym's own"),
    requestId: text("Of the request, as in the answer's x-request-id"),
    studioId: text("The studio, as the gateway's operator calls it"),
    customerId: text("The member, an int64 in digits"),
    contractId: text("The contract, an int64 in digits").optional(),
    amendmentId: text("The amendment, an int64 in digits; absent while unknown").optional(),
  })
  .readonly();

export interface WriteEvent {
  readonly type: WriteRules["event"];
  readonly detail: z.infer<typeof writeEventDetail>;
}

/** An event as the bus takes it. */
export interface BusEvent {
  readonly type: string;
  readonly detail: object;
}

/** An id that is the same whenever it is made of the same parts. */
export const stableId = (...parts: readonly (string | number)[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 32);
