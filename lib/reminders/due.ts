import { addDays, type Day, daysBetween } from "./calendar.ts";
import type { Policy } from "./policies.ts";

/** What of a contract decides whether it is due; a status that nobody knows yet is no reason to remind. */
export interface Contract {
  readonly id: number | bigint;
  readonly contractStatus: string;
  readonly cancelationStatus?: string | null | undefined;
  readonly lastPossibleCancelationDate?: Day | null | undefined;
}

interface Due {
  readonly deadline: Day;
  /** The lead day that was reached: its own day, or a later one if nobody looked in between. */
  readonly step: number;
  /** At most `step`; 0 on the deadline itself, on which the member can still cancel. */
  readonly daysLeft: number;
}

/** The deadline that a member can still miss. None once a cancelation is known in any state, even an unverified one. */
export const openDeadline = (
  { contractStatus, cancelationStatus, lastPossibleCancelationDate: deadline }: Contract,
  today: Day,
): Day | undefined =>
  contractStatus === "ACTIVE" && cancelationStatus == null && deadline && deadline >= today ? deadline : undefined;

/**
 * The most urgent step reached; steps missed before it are not made up for. Whether it went out already, the ledger
 * knows: as days pass, steps of a deadline only go down.
 */
export const dueStep = (contract: Contract, { today, policy }: { today: Day; policy: Policy }): Due | undefined => {
  const deadline = openDeadline(contract, today);
  if (deadline === undefined) return undefined;
  const daysLeft = daysBetween(today, deadline);
  const step = policy.leadDays.findLast((lead) => lead >= daysLeft);
  return step === undefined ? undefined : { deadline, step, daysLeft };
};

interface CheckRules {
  readonly today: Day;
  readonly policy: Policy;
  /** Whole days, at least 1, after which news such as a cancelation taken back is found at the latest. */
  readonly recheckDays: number;
  /** 0 or more and below 1, the same for a member every time: a hash of the customer id, say. */
  readonly spread: number;
}

/**
 * The day from which the member is worth asking for again, always after today: the next lead day of an open contract,
 * or the member's own day of the recheck where none is that near. A run that failed then may ask on any later day.
 */
export const nextCheck = (contracts: readonly Contract[], rules: CheckRules): Day => {
  const { today, recheckDays } = rules;
  const next = contracts.flatMap((contract) => leadDaysAhead(contract, rules)).sort()[0];
  return next !== undefined && next <= addDays(today, recheckDays) ? next : recheckDay(rules);
};

const leadDaysAhead = (contract: Contract, { today, policy }: CheckRules): readonly Day[] => {
  const deadline = openDeadline(contract, today);
  return deadline === undefined
    ? []
    : policy.leadDays.map((lead) => addDays(deadline, -lead)).filter((day) => day > today);
};

/** 1 to `recheckDays` ahead. Time is cut into rechecks of equal length, in each of which a member's day is the same one. */
const recheckDay = ({ today, recheckDays, spread }: CheckRules): Day => {
  const own = Math.floor(spread * recheckDays);
  const tomorrow = (daysBetween("1970-01-01", today) + 1) % recheckDays;
  return addDays(today, 1 + ((own - tomorrow + recheckDays) % recheckDays));
};
