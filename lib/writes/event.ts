import { ofReceipt, stableId, type WriteEvent } from "#lib/events/events.ts";
import type { Admitted } from "#lib/http/serving.ts";
import { eventIdNames, type WriteOperation } from "#lib/operations/operation.ts";

interface Outcome {
  /** In the writes table. */
  readonly writeId: string;
  /** In milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly outcome: "accepted" | "unknown";
  /** The upstream's, parsed. */
  readonly answer?: unknown;
  /** What the caller is told. Only of an accepted write. */
  readonly receipt?: Readonly<Record<string, unknown>> | undefined;
}

/** The event of a write: who changed what for which customer, when, how it ended, and what the caller was told. */
export const eventOf = (
  { id, write }: WriteOperation,
  { input, record }: Admitted,
  { writeId, receivedAt, outcome, answer, receipt }: Outcome,
): WriteEvent => {
  const { params, body, principal } = input;
  const { clientId, studioId, member } = principal;
  const { customerId = member } = params;
  const wanted = { params, body, receivedAt };
  const ids = write.eventIds(wanted, answer);
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
      ...(customerId !== undefined && { customerId }),
      ...Object.fromEntries(
        eventIdNames.flatMap((name) => (ids[name] === undefined ? [] : [[name, String(ids[name])]])),
      ),
      ...ofReceipt(receipt ?? { requestedDate: write.receipt?.(wanted, undefined)["requestedDate"] }),
    },
  };
};
