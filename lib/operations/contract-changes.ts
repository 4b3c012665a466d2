import * as z from "zod";
import { isSame } from "./canonical.ts";
import { answerId } from "./fields.ts";
import { writeJson } from "./json.ts";
import type { Ids, ReadBack, Shown, WriteRules } from "./operation.ts";

/** The fields of a cancelation's body that the data can show. */
interface Cancelation {
  readonly contractId: number | bigint;
  /** YYYY-MM-DD */
  readonly cancelationDate: string;
}

/** The upstream's answer to a change of a contract. */
interface Done {
  readonly success?: string | null | undefined;
}

/** Any value counts, also one that the reference does not list. */
const word = z
  .unknown()
  .optional()
  .transform((value) => {
    if (value === undefined || value === null || value === "") return undefined;
    return typeof value === "string" ? value : writeJson(value);
  });

/** Only the fields that show a cancelation. If the upstream changes how it writes a price, the proof still works. */
const canceling = z.object({
  id: z.union([answerId, z.string().regex(/^\d{1,19}$/)]),
  contractStatus: word,
  cancelationStatus: word,
  cancelationDate: word,
  cancelationReason: word,
  cancelationOrigin: word,
});

/** The contracts of a member, without malformed ones. */
const contracts = z
  .array(canceling.optional().catch(undefined))
  .transform((all) => all.filter((each) => each !== undefined))
  .catch([]);

type Contracts = z.output<typeof contracts>;

interface Found extends NonNullable<Shown["cancelation"]> {
  /** In upper case. */
  readonly code: string | undefined;
  /** Whether there is a reason or an origin, which only a cancelation has. */
  readonly isTraced: boolean;
  /** A contract that has ended may have been canceled without still showing it. */
  readonly hasEnded: boolean;
}

/** What the data shows about a contract's cancelation. Undefined if there is no such contract. */
const contractIn = (data: Contracts, id: string | number | bigint): Found | undefined => {
  const contract = data.find((each) => BigInt(each.id) === BigInt(id));
  if (!contract) return undefined;
  const { cancelationStatus: status, cancelationDate: date, cancelationReason, cancelationOrigin } = contract;
  const isTraced = (cancelationReason ?? cancelationOrigin) !== undefined;
  const hasEnded = contract.contractStatus?.trim().toUpperCase() === "INACTIVE";
  const code = status?.trim().toUpperCase();
  return { code, isTraced, hasEnded, ...(status && { status }), ...(date && { date }) };
};

/** A studio that verifies cancelations shows PENDING_VERIFICATION until it has done so. */
const isCanceled = (code: string | undefined): boolean => code === "CANCELED" || code === "PENDING_VERIFICATION";

const shownOf = ({ code: _, hasEnded: __, isTraced, ...cancelation }: Found): { readonly shown?: Shown } =>
  isTraced || Object.keys(cancelation).length > 0 ? { shown: { cancelation } } : {};

/** The rules of a cancelation. `read` shows the member's contracts. Only one to the wanted date proves the write. */
export const cancelation = (read: ReadBack["read"]): WriteRules<Ids, Cancelation, Done, Contracts> => ({
  event: "ContractCancelationRequested",
  eventIds: ({ body: { contractId } }) => ({ contractId }),
  studioDefaults: { cancelationReasonId: "defaultCancelationReasonId" },
  readBack: {
    read,
    data: contracts,
    isAtOnce: true,
    seen: ({ body: { contractId, cancelationDate } }, data) => {
      const contract = contractIn(data, contractId);
      if (!contract) return { verdict: "unclear" };
      const { code, status, date, isTraced, hasEnded } = contract;
      if (!status && !date && !isTraced && !hasEnded) return { verdict: "not-carried-out" };
      const isWanted = isCanceled(code) && isSame("cancelationDate", cancelationDate, date);
      return isWanted
        ? { verdict: "carried-out", answer: { success: "true" }, ...shownOf(contract) }
        : { verdict: "unclear", ...shownOf(contract) };
    },
  },
  // Section 312k (4) BGB: the receipt must confirm this at once, besides who received the cancelation and when.
  receipt: ({ body: { contractId, cancelationDate } }, data = []) => {
    const { status, date } = contractIn(data, contractId) ?? {};
    return {
      contractId,
      requestedDate: cancelationDate,
      cancelationStatus: status ?? "NOT_YET_KNOWN",
      ...(status && { cancelationDate: date ?? null }),
    };
  },
});

/** The rules of a withdrawal: no cancelation is left, or the studio has yet to verify the withdrawal. */
export const withdrawal = (
  read: ReadBack["read"],
): WriteRules<{ readonly contractId: string }, undefined, Done, Contracts> => ({
  event: "ContractCancelationWithdrawn",
  eventIds: ({ params: { contractId } }) => ({ contractId }),
  readBack: {
    read,
    data: contracts,
    isAtOnce: true,
    seen: ({ params: { contractId } }, data) => {
      const contract = contractIn(data, contractId);
      if (!contract) return { verdict: "unclear" };
      const { code, status, date, hasEnded } = contract;
      if (isCanceled(code)) return { verdict: "not-carried-out" };
      const isGone = (!status && !date && !hasEnded) || code === "PENDING_WITHDRAWAL_VERIFICATION";
      return isGone
        ? { verdict: "carried-out", answer: { success: "true" } }
        : { verdict: "unclear", ...shownOf(contract) };
    },
  },
});
