import { type Day, days, minus, plus, times } from "./calendar.ts";
import type { Agreement, BookedModule } from "./customer.ts";
import { extensionDays, type Paused } from "./pauses.ts";
import type { Money, Rate } from "./rates.ts";

const offeredEnds = 3;

/** Last days of the terms, moved by pauses: the first one's, then every renewal's. Without end when the rate renews. */
const termEnds = function* (agreement: Agreement & Paused): Generator<Day, void> {
  const { rate, startDate } = agreement;
  const { term, renewal } = rate;
  const moved = days(extensionDays(agreement) - 1);
  yield plus(startDate, term, moved);
  for (let renewals = 1; renewal !== undefined; renewals++) {
    yield plus(startDate, term, times(renewal, renewals), moved);
  }
};

/** The day the contract is canceled to. Holds once it is verified, and until its withdrawal is. */
const canceledTo = ({ cancelation, reversedOn }: Agreement): Day | undefined => {
  if (reversedOn !== undefined) return minus(reversedOn, days(1));
  return cancelation === undefined || cancelation.status === "PENDING_VERIFICATION" ? undefined : cancelation.date;
};

/** Last day on which notice reaches this end of a term. */
export const lastNoticeDay = (end: Day, { notice }: Rate): Day => (notice === undefined ? end : minus(end, notice));

/** Last day of the term that runs today; of an ended contract its last day. */
export const currentEnd = (contract: Agreement, today: Day): Day => {
  const limit = canceledTo(contract);
  let current = contract.startDate;
  for (const end of termEnds(contract)) {
    if (limit !== undefined && end >= limit) return limit;
    current = end;
    if (end >= today) break;
  }
  return current;
};

export const isOver = (contract: Agreement, today: Day): boolean => currentEnd(contract, today) < today;

/** The next ends of terms that notice given today still reaches. None once canceled, or with nothing to cancel. */
export const availableEnds = (contract: Agreement, today: Day): readonly Day[] => {
  const { renewal, notice } = contract.rate;
  const reached: Day[] = [];
  if (renewal === undefined || notice === undefined || canceledTo(contract) !== undefined) return reached;
  for (const end of termEnds(contract)) {
    if (lastNoticeDay(end, contract.rate) >= today) reached.push(end);
    if (reached.length === offeredEnds) break;
  }
  return reached;
};

/** The last day of a module's trial period, while it runs: until then the module can also be canceled to that day. */
export const trialEnd = ({ trial, cancelation }: BookedModule, today: Day): Day | undefined => {
  if (trial === undefined || cancelation !== undefined) return undefined;
  const end = plus(trial.startDate, trial.term, days(-1));
  return end >= today ? end : undefined;
};

/** What the member pays today: a price of a TERM_BASED rate starts after its term has passed. */
export const currentPrice = ({ rate, startDate }: Agreement, today: Day): Money =>
  rate.paymentFrequency.termsToPrices?.findLast(({ term }) => plus(startDate, term) <= today)?.price ?? rate.basePrice;

/** The start that puts the last day to cancel the first term on `deadlineDay`, or up to three days earlier. */
export const startFor = ({ term, notice }: Rate, deadlineDay: Day): Day =>
  minus(plus(notice === undefined ? deadlineDay : plus(deadlineDay, notice), days(1)), term);
