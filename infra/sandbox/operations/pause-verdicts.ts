import { type Day, days, plus } from "../members/calendar.ts";
import type { Contract } from "../members/customer.ts";
import {
  endOf,
  farthestDay,
  isWaiting,
  lastDay,
  type Pause,
  type PauseRequest,
  takenTerms,
  termsOf,
} from "../members/pauses.ts";
import { isOver } from "../members/terms.ts";

/** What the studio says to a request, without its prefix `IDLEPERIOD_`. */
export type Verdict =
  | "CREATABLE"
  | "UPDATABLE"
  | "DEACTIVATED_FOR_CONTRACT"
  | "PENDING_VERIFICATION"
  | "DEADLINE_VIOLATED"
  | "EXPECTED_STARTDATE_MISMATCH"
  | "MAXIMUM_YEARS_VIOLATED"
  | "OVERLAPPING"
  | "TEMPORALUNIT_INVALID"
  | "MAXIMUM_TERMS_VIOLATED"
  | "TERMVALUE_MISSING"
  | "UNLIMITED_PARAMETER_IS_MISSING"
  | "ENDDATE_AND_TERM_PROVIDED"
  | "ENDDATE_BEFORE_STARTDATE"
  | "ENDDATE_ONLY_FOR_SHORTENING";

type Asked = PauseRequest & { readonly contract: Contract; readonly today: Day; readonly changed?: Pause | undefined };

/** The first day on which a pause may begin. */
export const firstStart = ({ pauseRules }: Contract, today: Day): Day => plus(today, days(pauseRules.noticeDays));

const ofForm = ({ temporalUnit, termValue, unlimited, endDate, changed }: Asked): Verdict | undefined => {
  if (endDate && (temporalUnit || termValue)) return "ENDDATE_AND_TERM_PROVIDED";
  if (!unlimited && !endDate && !termValue) return "TERMVALUE_MISSING";
  return changed?.unlimited && unlimited == null ? "UNLIMITED_PARAMETER_IS_MISSING" : undefined;
};

const ofStart = ({ startDate, contract, today, changed }: Asked): Verdict | undefined => {
  const first = firstStart(contract, today);
  if (changed) return startDate === changed.startDate ? undefined : "EXPECTED_STARTDATE_MISMATCH";
  if (startDate < first) return "DEADLINE_VIOLATED";
  return contract.pauseRules.nextStartOnly && startDate !== first ? "EXPECTED_STARTDATE_MISMATCH" : undefined;
};

const ofEnd = ({ startDate, endDate, contract: { pauseRules }, changed }: Asked): Verdict | undefined => {
  if (!endDate) return undefined;
  if (endDate < startDate) return "ENDDATE_BEFORE_STARTDATE";
  if (changed && endDate >= changed.endDate) return "ENDDATE_ONLY_FOR_SHORTENING";
  const { unit, shortensToDay } = pauseRules;
  const wholeEnd = lastDay(startDate, { value: termsOf({ startDate, endDate }, unit), unit });
  return shortensToDay || endDate === wholeEnd ? undefined : "TEMPORALUNIT_INVALID";
};

const ofTerm = (asked: Asked): Verdict | undefined => {
  const { temporalUnit, termValue, unlimited, startDate, contract, changed } = asked;
  const rules = contract.pauseRules;
  if (temporalUnit && temporalUnit !== rules.unit) return "TEMPORALUNIT_INVALID";
  if (unlimited) return rules.isUnlimitedAllowed ? undefined : "MAXIMUM_TERMS_VIOLATED";
  if (!temporalUnit || !termValue) return undefined;
  if (endOf(asked) > farthestDay(startDate)) return "MAXIMUM_YEARS_VIOLATED";
  const others = { ...contract, pauses: contract.pauses.filter((each) => each !== changed) };
  const total = takenTerms(others, rules, startDate) + termValue;
  return termValue > rules.maxTerms || total > rules.maxTermsPerYear ? "MAXIMUM_TERMS_VIOLATED" : undefined;
};

const ofOthers = (asked: Asked): Verdict | undefined => {
  const end = endOf(asked);
  const others = asked.contract.pauses.filter((each) => each !== asked.changed);
  return others.some((each) => each.startDate <= end && each.endDate >= asked.startDate) ? "OVERLAPPING" : undefined;
};

/** What the studio says to a new pause, or to a change of `changed`. */
export const verdictOf = (asked: Asked): Verdict => {
  const { contract, changed, today } = asked;
  if (contract.pauseRules.creation === "NEVER" || isOver(contract, today)) return "DEACTIVATED_FOR_CONTRACT";
  if (contract.pauses.some(isWaiting)) return "PENDING_VERIFICATION";
  const checks = [ofForm, ofEnd, ofStart, ofTerm, ofOthers];
  const no = checks.map((check) => check(asked)).find((verdict) => verdict !== undefined);
  return no ?? (changed ? "UPDATABLE" : "CREATABLE");
};
