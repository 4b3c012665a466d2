import { type Day, days, minus, plus } from "./calendar.ts";
import { cast } from "./cast.ts";
import type {
  Agreement,
  Amendable,
  BookedModule,
  Contract,
  Customer,
  CustomerStatus,
  DataKind,
  Values,
} from "./customer.ts";
import { createDice } from "./dice.ts";
import { mixPlan } from "./mix.ts";
import { type Module, modules, rateOf } from "./modules.ts";
import { farthestDay, lastDay, type Pause, pauseRules } from "./pauses.ts";
import { inventPerson, inventWish } from "./people.ts";
import type { ContractPlan, DataPlan, MemberPlan, ModulePlan, PausePlan } from "./plan.ts";
import { type Rate, rates } from "./rates.ts";
import { availableEnds, currentEnd, startFor } from "./terms.ts";

export const firstIds: Readonly<Record<CustomerStatus, number>> = { PROSPECT: 900, MEMBER: 1000 };

const firstContractId = 5_000_000_000n;
const firstModuleContractId = 5_500_000_000n;
const firstIdlePeriodId = 5_700_000_000n;
const firstPendingAmendmentId = 6_000_000_000n;
/** Room for the contracts, and for the kinds of data, of one member, and for the modules and the pauses of one contract. */
const idsEach = 10n;

const defaultConfiguration: Record<DataKind, Amendable["configuration"]> = {
  contact: "CHANGES_WITHOUT_VERIFICATION",
  address: "CHANGES_REQUIRE_VERIFICATION",
  master: "CHANGES_REQUIRE_VERIFICATION",
  payment: "CHANGES_REQUIRE_VERIFICATION",
};

const startOf = ({ deadlineInDays, startedDaysAgo = 0 }: ContractPlan | ModulePlan, rate: Rate, startDay: Day): Day =>
  deadlineInDays === undefined
    ? minus(startDay, days(startedDaysAgo))
    : startFor(rate, minus(startDay, days(-deadlineInDays)));

/** With the cancelation of the plan, if it has one. */
const canceled = <Planned extends Agreement>(
  agreement: Planned,
  { cancelation }: ContractPlan | ModulePlan,
  startDay: Day,
): Planned => {
  if (cancelation === undefined) return agreement;
  const firstEnd = currentEnd(agreement, agreement.startDate);
  const date = cancelation.status === "CANCELED" ? firstEnd : (availableEnds(agreement, startDay)[0] ?? firstEnd);
  return { ...agreement, cancelation: { ...cancelation, date } };
};

const inventModule = (plan: ModulePlan, id: bigint, startDay: Day): BookedModule => {
  const module: Module = modules[plan.module];
  const [paid] = module.paymentFrequencies.filter(({ type }) => type !== "FREE");
  if (!paid) throw new TypeError(`${plan.module} costs nothing`);
  const rate = rateOf(module, paid);
  const terms = { id, moduleId: module.id, rate };
  if (plan.trialStartedDaysAgo === undefined || module.trial === undefined)
    return canceled({ ...terms, startDate: startOf(plan, rate, startDay) }, plan, startDay);
  const trial = { startDate: minus(startDay, days(plan.trialStartedDaysAgo)), term: module.trial };
  return { ...terms, startDate: plus(trial.startDate, trial.term), trial };
};

const inventPause = (plan: PausePlan, id: bigint, startDay: Day): Pause => {
  const { startsInDays, days: length = 30, unlimited = false } = plan;
  const { state = "ACCEPTED", reasonId = 2002n, hasDocument = false } = plan;
  const startDate = plus(startDay, days(startsInDays));
  const endDate = unlimited ? farthestDay(startDate) : lastDay(startDate, days(length));
  return { id, startDate, endDate, unlimited, state, reasonId, hasDocument };
};

interface ContractIds {
  readonly contract: bigint;
  readonly modules: bigint;
  readonly pauses: bigint;
}

const inventContract = (plan: ContractPlan, ids: ContractIds, startDay: Day): Contract => {
  const rate = rates[plan.rate];
  const booked = (plan.modules ?? []).map((each, place) => inventModule(each, ids.modules + BigInt(place), startDay));
  const startDate = startOf(plan, rate, startDay);
  const { madeOnlineDaysAgo, reversedDaysAgo } = plan;
  const made: Pick<Contract, "createdDate" | "origin"> =
    madeOnlineDaysAgo === undefined
      ? { createdDate: startDate < startDay ? startDate : startDay, origin: "STUDIO" }
      : { createdDate: minus(startDay, days(madeOnlineDaysAgo)), origin: "CONNECT_API" };
  const pauses = (plan.pauses ?? []).map((each, place) => inventPause(each, ids.pauses + BigInt(place), startDay));
  const paused = { pauseRules: pauseRules[plan.pauseRules ?? "months"], pauses };
  const contract = { id: plan.id ?? ids.contract, rate, startDate, modules: booked, ...made, ...paused };
  const reversedOn = reversedDaysAgo === undefined ? undefined : minus(startDay, days(reversedDaysAgo));
  return canceled({ ...contract, reversedOn }, plan, startDay);
};

/** The customer whom an invented contract belongs to, if it exists. */
export const ownerOf = (contractId: bigint): bigint => {
  const named = cast.findIndex(({ contracts }) => contracts.some(({ id }) => id === contractId));
  return named < 0 ? (contractId - firstContractId) / idsEach : BigInt(firstIds.MEMBER + named);
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
  return cast[index] ?? mixPlan(createDice(seed, -1 - index), index);
};

/** The ids that the cast names are of the first studio: no two contracts of a tenant have the same. */
const unnamed = ({ id: _, ...plan }: ContractPlan): ContractPlan => plan;

/** The customer that a seed and the sandbox's first day make of a place in the list. Invented, never a real person. */
export const inventCustomer =
  (seed: number, startDay: Day, idsFrom = 0) =>
  (status: CustomerStatus, index: number): Customer => {
    const id = idsFrom + firstIds[status] + index;
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
        inventContract(
          idsFrom === 0 ? contract : unnamed(contract),
          {
            contract: firstContractId + offset + BigInt(place),
            modules: firstModuleContractId + (offset + BigInt(place)) * idsEach,
            pauses: firstIdlePeriodId + (offset + BigInt(place)) * idsEach,
          },
          startDay,
        ),
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
