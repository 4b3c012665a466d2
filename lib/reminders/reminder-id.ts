import { createHash } from "node:crypto";
import type { Day } from "./calendar.ts";

/**
 * A hash of 43 characters in base64url, which is safe in any queue, key or header. A reminder's id never changes. If the
 * deadline of a contract or of a module moves, its reminders get new ids, and begin again.
 */
export const reminderIdOf = ({
  studioId,
  contractId,
  moduleId,
  deadline,
  step,
}: {
  studioId: string;
  contractId: number | bigint | string;
  /** Of a reminder for an additional module of the contract. */
  moduleId?: string;
  deadline: Day;
  step: number;
}): string =>
  createHash("sha256")
    // JSON, so that different lists never become the same text. The contract as text, so that 7 and 7n are the same.
    .update(
      JSON.stringify([studioId, String(contractId), deadline, step, ...(moduleId === undefined ? [] : [moduleId])]),
    )
    .digest("base64url");

/** A number of at least 0 and below 1: always the same for a member, and evenly distributed over all members. */
export const spreadOf = (studioId: string, customerId: string): number =>
  createHash("sha256")
    .update(JSON.stringify([studioId, customerId]))
    .digest()
    .readUInt32BE() /
  2 ** 32;
