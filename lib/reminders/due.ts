import { addDays, type Day, daysBetween } from "./calendar.ts";
import type { Policy } from "./policies.ts";

/** What decides whether a reminder is due for a contract. An unknown status means that none is due. */
export interface Contract {
  readonly id: number | bigint;
  readonly contractStatus: string;
  readonly cancelationStatus?: string | null | undefined;
  readonly lastPossibleCancelationDate?: Day | null | undefined;
}

interface Due {
  readonly deadline: Day;
  /** The lead day that was reached, today or, if the job missed it, on an earlier day. */
  readonly step: number;
  /** At most `step`. 0 on the day of the deadline, on which the member can still cancel. */
  readonly daysLeft: number;
}

/** The deadline of a contract that can still be canceled. Undefined if it has a cancelation, also an unverified one. */
export const openDeadline = (
  { contractStatus, cancelationStatus, lastPossibleCancelationDate: deadline }: Contract,
  today: Day,
): Day | undefined =>
  contractStatus === "ACTIVE" && cancelationStatus == null && deadline && deadline >= today ? deadline : undefined;

/** The step that is due for a contract. The ledger knows whether it was published already. */
export const dueStep = (contract: Contract, rules: StepRules): Due | undefined => {
  const deadline = openDeadline(contract, rules.today);
  return deadline === undefined ? undefined : stepTo(deadline, rules);
};

interface StepRules {
  readonly today: Day;
  readonly policy: Policy;
}

/**
 * The most urgent step that was reached on the way to a deadline that is not past. Steps that the job missed before it
 * are left out. As days pass, the steps of a deadline only go down.
 */
export const stepTo = (deadline: Day, { today, policy }: StepRules): Due | undefined => {
  const daysLeft = daysBetween(today, deadline);
  const step = policy.leadDays.findLast((lead) => lead >= daysLeft);
  return step === undefined ? undefined : { deadline, step, daysLeft };
};

/** What decides when a member is checked again. */
export interface CheckRules extends StepRules {
  /** Whole days, at least 1. News, such as a withdrawn cancelation, is found within this time. */
  readonly recheckDays: number;
  /** At least 0 and below 1. Always the same for a member, such as a hash of the customer id. */
  readonly spread: number;
}

/**
 * A running contract whose cancelation may be taken back before its deadline. The gateway's own event makes the member due
 * at once, but it may be lost, and the studio itself may take a cancelation back.
 */
const mayReopen = (
  { contractStatus, cancelationStatus, lastPossibleCancelationDate: deadline }: Contract,
  today: Day,
): boolean => contractStatus === "ACTIVE" && cancelationStatus != null && (!deadline || deadline >= today);

/**
 * The day from which the member is due for a check again. Always after today: tomorrow if a cancelation may be taken back,
 * or else the next lead day of an open contract, or the member's recheck day if that comes first. If that day's run fails,
 * any later run makes the check.
 */
export const nextCheck = (contracts: readonly Contract[], rules: CheckRules): Day => {
  const { today, recheckDays } = rules;
  if (contracts.some((contract) => mayReopen(contract, today))) return addDays(today, 1);
  const next = contracts.flatMap((contract) => leadDaysAhead(contract, rules)).sort()[0];
  return next !== undefined && next <= addDays(today, recheckDays) ? next : recheckDay(rules);
};

const leadDaysAhead = (contract: Contract, rules: CheckRules): readonly Day[] => {
  const deadline = openDeadline(contract, rules.today);
  return deadline === undefined ? [] : leadDaysTo(deadline, rules);
};

/** The lead days of a deadline that are after today. */
export const leadDaysTo = (deadline: Day, { today, policy }: StepRules): readonly Day[] =>
  policy.leadDays.map((lead) => addDays(deadline, -lead)).filter((day) => day > today);

/** 1 to `recheckDays` days ahead. Time is divided into periods of `recheckDays`; a member has the same day in each. */
export const recheckDay = ({ today, recheckDays, spread }: CheckRules): Day => {
  const own = Math.floor(spread * recheckDays);
  const tomorrow = (daysBetween("1970-01-01", today) + 1) % recheckDays;
  return addDays(today, 1 + ((own - tomorrow + recheckDays) % recheckDays));
};
