import { createHash } from "node:crypto";
import type { Day } from "./calendar.ts";

/**
 * The same for the same reminder, however often it is worked out, and safe in any queue, key or header: 43 characters
 * of base64url. A contract whose deadline moves gets new ids, so it is reminded of the new deadline from the start.
 */
export const reminderIdOf = ({
  studioId,
  contractId,
  deadline,
  step,
}: {
  studioId: string;
  contractId: number | bigint;
  deadline: Day;
  step: number;
}): string =>
  createHash("sha256")
    // As JSON, so that no two different lists read alike, and the contract as text: 7 and 7n are one.
    .update(JSON.stringify([studioId, String(contractId), deadline, step]))
    .digest("base64url");

/** A number from 0 to below 1 that is a member's own: the same every time, and even over all members. */
export const spreadOf = (studioId: string, customerId: string): number =>
  createHash("sha256")
    .update(JSON.stringify([studioId, customerId]))
    .digest()
    .readUInt32BE() /
  2 ** 32;
