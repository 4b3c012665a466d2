import * as z from "zod/mini";
import {
  type Cancelation,
  type Done,
  receiptFields,
  seenCanceled,
  seenTakenBack,
  word,
} from "./cancelation-evidence.ts";
import { answerId } from "./fields.ts";
import type { Ids, ReadBack, WriteRules } from "./operation.ts";

/** The fields of a cancelation's body that the data can show. */
interface Canceling {
  readonly contractId: number | bigint;
  /** YYYY-MM-DD */
  readonly cancelationDate: string;
}

/** Only the fields that show a cancelation. If the upstream changes how it writes a price, the proof still works. */
const canceling = z.object({
  id: z.union([answerId, z.string().check(z.regex(/^\d{1,19}$/))]),
  contractStatus: word,
  cancelationStatus: word,
  cancelationDate: word,
  cancelationReason: word,
  cancelationOrigin: word,
});

/** The contracts of a member, without malformed ones. */
const contracts = z.catch(
  z.pipe(
    z.array(z.catch(z.optional(canceling), undefined)),
    z.transform((all) => all.filter((each) => each !== undefined)),
  ),
  [],
);

type Contracts = z.output<typeof contracts>;

/** What the data shows about a contract's cancelation. Undefined if there is no such contract. */
const contractIn = (data: Contracts, id: string | number | bigint): Cancelation | undefined => {
  const contract = data.find((each) => BigInt(each.id) === BigInt(id));
  if (!contract) return undefined;
  const { cancelationStatus: status, cancelationDate: date, cancelationReason, cancelationOrigin } = contract;
  const isTraced = (cancelationReason ?? cancelationOrigin) !== undefined;
  const hasEnded = contract.contractStatus?.trim().toUpperCase() === "INACTIVE";
  return { status, date, isTraced, hasEnded };
};

/** The rules of a cancelation. `read` shows the member's contracts. */
export const cancelation = (read: ReadBack["read"]): WriteRules<Ids, Canceling, Done, Contracts> => ({
  event: "ContractCancelationRequested",
  eventIds: ({ body: { contractId } }) => ({ contractId }),
  studioDefaults: { cancelationReasonId: "defaultCancelationReasonId" },
  readBack: {
    read,
    data: contracts,
    isAtOnce: true,
    seen: ({ body: { contractId, cancelationDate } }, data) => {
      const contract = contractIn(data, contractId);
      return contract ? seenCanceled(contract, cancelationDate) : { verdict: "unclear" };
    },
  },
  // What must be confirmed at once (section 312k (4) BGB), besides who received it and when.
  receipt: ({ body: { contractId, cancelationDate } }, data = []) => ({
    contractId,
    ...receiptFields(cancelationDate, contractIn(data, contractId)),
  }),
});

/** The rules of a withdrawal. `read` shows the member's contracts. */
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
      return contract ? seenTakenBack(contract) : { verdict: "unclear" };
    },
  },
});
