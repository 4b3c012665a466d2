import { stableId, type WriteEvent } from "#lib/events/events.ts";
import type { Admitted } from "#lib/http/serving.ts";
import type { CustomerIds, WriteOperation } from "#lib/operations/operation.ts";

interface Outcome {
  /** In the writes table. */
  readonly writeId: string;
  /** In milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly outcome: "accepted" | "unknown";
  /** The upstream's, parsed. */
  readonly answer?: unknown;
}

/** The event of a write: who changed what for which customer, when, and how it ended. It has ids, no other data. */
export const eventOf = (
  { id, write }: WriteOperation,
  { input, record }: Admitted<CustomerIds>,
  { writeId, receivedAt, outcome, answer }: Outcome,
): WriteEvent => {
  const { params, body, principal } = input;
  const { clientId, studioId } = principal;
  const { contractId, amendmentId } = write.eventIds({ params, body }, answer);
  return {
    type: write.event,
    detail: {
      eventId: stableId(writeId, receivedAt, outcome),
      outcome,
      receivedAt: new Date(receivedAt).toISOString(),
      operation: id,
      clientId,
      requestId: record.requestId,
      studioId,
      customerId: params.customerId,
      ...(contractId !== undefined && { contractId: String(contractId) }),
      ...(amendmentId !== undefined && { amendmentId: String(amendmentId) }),
    },
  };
};
