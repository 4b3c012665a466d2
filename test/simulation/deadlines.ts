import { type Day, days, plus } from "#infra/sandbox/members/calendar.ts";
import type { Agreement } from "#infra/sandbox/members/customer.ts";
import { availableEnds, lastNoticeDay } from "#infra/sandbox/members/terms.ts";

/** A deadline, and the first day on which the upstream shows it. */
export interface Deadline {
  readonly appears: Day;
  readonly day: Day;
}

const deadlineOn = (contract: Agreement, today: Day): Day | undefined => {
  const [end] = availableEnds(contract, today);
  return end === undefined ? undefined : lastNoticeDay(end, contract.rate);
};

/** The deadlines that a contract without a cancelation shows between two days, computed from its rate. */
export const deadlinesOf = ({ id, rate, startDate }: Agreement, from: Day, to: Day): readonly Deadline[] => {
  const found: Deadline[] = [];
  for (let appears = from; appears <= to; ) {
    const day = deadlineOn({ id, rate, startDate }, appears);
    if (day === undefined) return found;
    found.push({ appears, day });
    appears = plus(day, days(1));
  }
  return found;
};
