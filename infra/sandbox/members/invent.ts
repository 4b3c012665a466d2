import { type Day, days, minus } from "./calendar.ts";
import { cast } from "./cast.ts";
import type { Amendable, Contract, Customer, CustomerStatus, DataKind, Values } from "./customer.ts";
import { createDice } from "./dice.ts";
import { mixPlan } from "./mix.ts";
import { inventPerson, inventWish } from "./people.ts";
import type { ContractPlan, DataPlan, MemberPlan } from "./plan.ts";
import { rates } from "./rates.ts";
import { availableEnds, currentEnd, startFor } from "./terms.ts";

export const firstIds: Readonly<Record<CustomerStatus, number>> = { PROSPECT: 900, MEMBER: 1000 };

const firstContractId = 5_000_000_000n;
const firstPendingAmendmentId = 6_000_000_000n;
/** Room for the contracts, and for the kinds of data, of one member. */
const idsEach = 10n;

const defaultConfiguration: Record<DataKind, Amendable["configuration"]> = {
  contact: "CHANGES_WITHOUT_VERIFICATION",
  address: "CHANGES_REQUIRE_VERIFICATION",
  master: "CHANGES_REQUIRE_VERIFICATION",
  payment: "CHANGES_REQUIRE_VERIFICATION",
};

const inventContract = (plan: ContractPlan, id: bigint, startDay: Day): Contract => {
  const rate = rates[plan.rate];
  const startDate =
    plan.deadlineInDays === undefined
      ? minus(startDay, days(plan.startedDaysAgo ?? 0))
      : startFor(rate, minus(startDay, days(-plan.deadlineInDays)));
  const contract = { id: plan.id ?? id, rate, startDate };
  if (plan.cancelation === undefined) return contract;
  const firstEnd = currentEnd(contract, startDate);
  const date = plan.cancelation.status === "CANCELED" ? firstEnd : (availableEnds(contract, startDay)[0] ?? firstEnd);
  return { ...contract, cancelation: { ...plan.cancelation, date } };
};

interface Wishes {
  readonly current: Record<DataKind, Values>;
  readonly wanted: Record<DataKind, Values>;
  readonly firstAmendmentId: bigint;
}

const kinds = ["contact", "address", "master", "payment"] as const satisfies readonly DataKind[];

const inventAmendable = (kind: DataKind, plan: DataPlan, { current, wanted, firstAmendmentId }: Wishes): Amendable => {
  const id = typeof plan.pending === "bigint" ? plan.pending : firstAmendmentId + BigInt(kinds.indexOf(kind));
  return {
    values: plan.values ?? current[kind],
    configuration: plan.configuration ?? defaultConfiguration[kind],
    ...(plan.pending && { pending: { id, values: wanted[kind] } }),
    ...(kind === "payment" && { requireSignature: plan.requireSignature ?? false }),
  };
};

const planOf = (status: CustomerStatus, index: number, seed: number): MemberPlan => {
  if (status === "PROSPECT") return { contracts: [] };
  return cast[index] ?? mixPlan(createDice(seed, -1 - index));
};

/** The customer that a seed and the sandbox's first day make of a place in the list. Invented, never a real person. */
export const inventCustomer =
  (seed: number, startDay: Day) =>
  (status: CustomerStatus, index: number): Customer => {
    const id = firstIds[status] + index;
    const offset = BigInt(id) * idsEach;
    const dice = createDice(seed, id);
    const plan = planOf(status, index, seed);
    const current = inventPerson(dice, id);
    const wishes = {
      current,
      wanted: inventWish(dice, id, current),
      firstAmendmentId: firstPendingAmendmentId + offset,
    };
    const amendable = (kind: DataKind) => inventAmendable(kind, plan.data?.[kind] ?? {}, wishes);
    return {
      id: BigInt(id),
      status,
      contracts: plan.contracts.map((contract, place) =>
        inventContract(contract, firstContractId + offset + BigInt(place), startDay),
      ),
      data: {
        contact: amendable("contact"),
        address: amendable("address"),
        master: amendable("master"),
        payment: amendable("payment"),
      },
      appliedAmendments: [],
    };
  };
