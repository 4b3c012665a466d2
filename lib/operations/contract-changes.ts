import * as z from "zod";
import { contractData } from "./contract-data.ts";
import { bodyId, calendarDate, pathId } from "./fields.ts";
import type { Evidence, Wanted } from "./operation.ts";

const wantedCancelation = z.object({ contractId: bodyId, cancelationDate: calendarDate });

/** All that is needed to see a cancelation: an upstream that writes a price in a new way must not cost the evidence. */
const canceling = contractData.pick({ id: true, cancelationStatus: true, cancelationDate: true });

const contractIn = (data: unknown, id: string | number | bigint) =>
  z
    .array(z.unknown())
    .safeParse(data)
    .data?.flatMap((each) => canceling.safeParse(each).data ?? [])
    .find((contract) => BigInt(contract.id) === BigInt(id));

/** A studio that verifies cancelations first shows one that waits as PENDING_VERIFICATION. */
const isCanceled = (status: string | null | undefined): boolean =>
  status === "CANCELED" || status === "PENDING_VERIFICATION";

/** How a cancelation shows in the member's contracts. Only one to the wanted date is the wanted one. */
export const cancelation = {
  seen: ({ body }: Wanted, data: unknown): Evidence | undefined => {
    const { contractId, cancelationDate } = wantedCancelation.parse(body);
    const contract = contractIn(data, contractId);
    if (!contract || (isCanceled(contract.cancelationStatus) && !contract.cancelationDate)) return undefined;
    const isCarriedOut = isCanceled(contract.cancelationStatus) && contract.cancelationDate === cancelationDate;
    return { isCarriedOut, answer: { success: "true" } };
  },
  /** What must be confirmed at once (section 312k (4) BGB), besides who received it when. */
  receipt: ({ body }: Wanted, data: unknown): Readonly<Record<string, unknown>> => {
    const { contractId, cancelationDate } = wantedCancelation.parse(body);
    const { cancelationStatus, cancelationDate: shownDate } = contractIn(data, contractId) ?? {};
    return {
      contractId,
      requestedDate: cancelationDate,
      cancelationStatus: cancelationStatus ?? "NOT_YET_KNOWN",
      ...(cancelationStatus && { cancelationDate: shownDate ?? null }),
    };
  },
};

/** How the withdrawal of a cancelation shows: none is left, or the studio has yet to verify the withdrawal. */
export const withdrawal = {
  seen: ({ params }: Wanted, data: unknown): Evidence | undefined => {
    const contract = contractIn(data, pathId.parse(params["contractId"]));
    return contract && { isCarriedOut: !isCanceled(contract.cancelationStatus), answer: { success: "true" } };
  },
};
