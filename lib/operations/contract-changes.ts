import * as z from "zod";
import { isSame } from "./canonical.ts";
import { answerId, bodyId, calendarDate, pathId } from "./fields.ts";
import { writeJson } from "./json.ts";
import type { Evidence, Shown, Wanted } from "./operation.ts";

const wantedCancelation = z.object({ contractId: bodyId, cancelationDate: calendarDate });

/** Whatever stands there counts, also what the reference does not know. */
const word = z
  .unknown()
  .optional()
  .transform((value) => {
    if (value === undefined || value === null || value === "") return undefined;
    return typeof value === "string" ? value : writeJson(value);
  });

/** All that is needed to see a cancelation: an upstream that writes a price in a new way must not cost the evidence. */
const canceling = z.object({
  id: z.union([answerId, z.string().regex(/^\d{1,19}$/)]),
  contractStatus: word,
  cancelationStatus: word,
  cancelationDate: word,
  cancelationReason: word,
  cancelationOrigin: word,
});

interface Found extends NonNullable<Shown["cancelation"]> {
  /** In upper case. */
  readonly code: string | undefined;
  /** Whether there is a reason or an origin, which only a cancelation has. */
  readonly isTraced: boolean;
  /** One that has ended may have been canceled and show no more of it. */
  readonly hasEnded: boolean;
}

/** What the data shows of a contract's cancelation: nothing of it where nobody canceled. Undefined: no such contract. */
const contractIn = (data: unknown, id: string | number | bigint): Found | undefined => {
  const contracts = z.array(z.unknown()).safeParse(data).data ?? [];
  const contract = contracts
    .flatMap((each) => canceling.safeParse(each).data ?? [])
    .find((each) => BigInt(each.id) === BigInt(id));
  if (!contract) return undefined;
  const { cancelationStatus: status, cancelationDate: date, cancelationReason, cancelationOrigin } = contract;
  const isTraced = (cancelationReason ?? cancelationOrigin) !== undefined;
  const hasEnded = contract.contractStatus?.trim().toUpperCase() === "INACTIVE";
  const code = status?.trim().toUpperCase();
  return { code, isTraced, hasEnded, ...(status && { status }), ...(date && { date }) };
};

/** A studio that verifies cancelations first shows one that waits as PENDING_VERIFICATION. */
const isCanceled = (code: string | undefined): boolean => code === "CANCELED" || code === "PENDING_VERIFICATION";

const shownOf = ({ code: _, hasEnded: __, isTraced, ...cancelation }: Found): { readonly shown?: Shown } =>
  isTraced || Object.keys(cancelation).length > 0 ? { shown: { cancelation } } : {};

/** How a cancelation shows in the member's contracts. Only one to the wanted date is surely the wanted one. */
export const cancelation = {
  seen: ({ body }: Wanted, data: unknown): Evidence => {
    const { contractId, cancelationDate } = wantedCancelation.parse(body);
    const contract = contractIn(data, contractId);
    if (!contract) return { verdict: "unclear" };
    const { code, status, date, isTraced, hasEnded } = contract;
    if (!status && !date && !isTraced && !hasEnded) return { verdict: "not-carried-out" };
    const isWanted = isCanceled(code) && isSame("cancelationDate", cancelationDate, date);
    return isWanted
      ? { verdict: "carried-out", answer: { success: "true" }, ...shownOf(contract) }
      : { verdict: "unclear", ...shownOf(contract) };
  },
  /** What must be confirmed at once (section 312k (4) BGB), besides who received it when. */
  receipt: ({ body }: Wanted, data: unknown): Readonly<Record<string, unknown>> => {
    const { contractId, cancelationDate } = wantedCancelation.parse(body);
    const { status, date } = contractIn(data, contractId) ?? {};
    return {
      contractId,
      requestedDate: cancelationDate,
      cancelationStatus: status ?? "NOT_YET_KNOWN",
      ...(status && { cancelationDate: date ?? null }),
    };
  },
};

/** How the withdrawal of a cancelation shows: none is left, or the studio has yet to verify the withdrawal. */
export const withdrawal = {
  seen: ({ params }: Wanted, data: unknown): Evidence => {
    const contract = contractIn(data, pathId.parse(params["contractId"]));
    if (!contract) return { verdict: "unclear" };
    const { code, status, date, hasEnded } = contract;
    if (isCanceled(code)) return { verdict: "not-carried-out" };
    const isGone = (!status && !date && !hasEnded) || code === "PENDING_WITHDRAWAL_VERIFICATION";
    return isGone
      ? { verdict: "carried-out", answer: { success: "true" } }
      : { verdict: "unclear", ...shownOf(contract) };
  },
};
