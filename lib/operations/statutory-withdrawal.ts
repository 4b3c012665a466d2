import * as z from "zod/mini";
import { word } from "./cancelation-evidence.ts";
import { earliestDay } from "./days.ts";
import { answerId } from "./fields.ts";
import type { Operation, WriteRules } from "./operation.ts";

/** Only the fields that show a withdrawal, and those that its period depends on. None of them is documented. */
const contract = z.looseObject({
  id: answerId,
  createdDate: word,
  contractOrigin: word,
  reversed: z.optional(z.unknown()),
  reversalDateTime: word,
});

/** The contracts of a member, without malformed ones. */
const contracts = z.catch(
  z.pipe(
    z.array(z.catch(z.optional(contract), undefined)),
    z.transform((all) => all.filter((each) => each !== undefined)),
  ),
  [],
);

type Contracts = z.output<typeof contracts>;

const contractIn = (data: Contracts, contractId: string) => data.find(({ id }) => BigInt(id) === BigInt(contractId));

const isReversed = ({ reversed }: z.output<typeof contract>): boolean => String(reversed) === "true";

/** Origins that mean a contract made at a distance, as far as anybody has seen them. */
const online = /CONNECT_API|WEB|ONLINE|ECOM|DISTANCE|SELF|PORTAL|DIGITAL/i;

const periodDays = 14;

/** Reads lag behind writes by seconds: a repeat may see then what the first read did not show. */
const lagMs = 30_000;

/**
 * Whether a plain count says that the period still ran (section 356a BGB). Null: the data does not say. The studio
 * decides: a Sunday, a holiday or missing information can make the period longer.
 */
const isEligible = ({ createdDate = "", contractOrigin = "" }: z.output<typeof contract>, receivedAt: number) => {
  const created = Date.parse(`${createdDate.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(created)) return null;
  const lastDay = new Date(created + periodDays * 24 * 3_600_000).toISOString().slice(0, 10);
  if (earliestDay(receivedAt) > lastDay) return false;
  return online.test(contractOrigin) ? true : null;
};

/**
 * The rules of a statutory withdrawal. `read` shows the member's contracts. A withdrawal that waits for the studio shows
 * nowhere, so what the data does not show may still have been carried out.
 */
export const statutoryWithdrawal = (
  read: Operation,
): WriteRules<{ readonly contractId: string }, undefined, unknown, Contracts> => ({
  event: "ContractWithdrawalRequested",
  eventIds: ({ params: { contractId } }) => ({ contractId }),
  readBack: {
    read,
    data: contracts,
    isAtOnce: true,
    lagMs,
    seen: ({ params: { contractId } }, data) => {
      const found = contractIn(data, contractId);
      return found && isReversed(found) ? { verdict: "carried-out", answer: {} } : { verdict: "unclear" };
    },
  },
  // What must be confirmed at once (section 356a (4) BGB), besides who received it and when.
  receipt: ({ params: { contractId }, receivedAt }, data = []) => {
    const found = contractIn(data, contractId);
    const reversal = found && isReversed(found) ? found : undefined;
    return {
      contractId: BigInt(contractId),
      withdrawalStatus: reversal ? "REVERSED" : "NOT_YET_KNOWN",
      ...(reversal?.reversalDateTime && { reversalDateTime: reversal.reversalDateTime }),
      eligible: found ? isEligible(found, receivedAt) : null,
    };
  },
});
