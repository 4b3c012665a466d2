import type { Localized } from "../http/language.ts";
import { type Day, days, minus, plus, type Span, times } from "./calendar.ts";
import { euros } from "./rates.ts";

export interface Pause {
  /** Of the amendment while it waits for the studio. */
  readonly id: bigint;
  readonly startDate: Day;
  /** The last day. */
  readonly endDate: Day;
  readonly unlimited: boolean;
  readonly state: "PENDING_VERIFICATION" | "ACCEPTED";
  readonly reasonId: bigint;
  readonly hasDocument: boolean;
  /** The accepted pause that a waiting amendment is to change. */
  readonly replaces?: bigint | undefined;
}

type Unit = "DAY" | "WEEK" | "MONTH";

/** How the studio lets members pause a contract. */
export interface PauseRules {
  readonly unit: Unit;
  readonly maxTerms: number;
  readonly maxTermsPerYear: number;
  readonly year: "CALENDAR_YEAR" | "CONTRACT_YEAR";
  readonly noticeDays: number;
  readonly nextStartOnly: boolean;
  readonly isUnlimitedAllowed: boolean;
  readonly movesEnd: boolean;
  readonly shortensToDay: boolean;
  readonly freeTerms: number;
  /** `BY_STUDIO`: as the sandbox is set. `NEVER`: this contract takes no pauses. */
  readonly creation: "BY_STUDIO" | "AT_ONCE" | "READ" | "NEVER";
}

const months: PauseRules = {
  unit: "MONTH",
  maxTerms: 3,
  maxTermsPerYear: 6,
  year: "CONTRACT_YEAR",
  noticeDays: 1,
  nextStartOnly: false,
  isUnlimitedAllowed: true,
  movesEnd: true,
  shortensToDay: true,
  freeTerms: 1,
  creation: "BY_STUDIO",
};

export const pauseRules = {
  months,
  monthsAtOnce: { ...months, creation: "AT_ONCE" },
  weeks: {
    ...months,
    unit: "WEEK",
    maxTerms: 4,
    year: "CALENDAR_YEAR",
    noticeDays: 7,
    nextStartOnly: true,
    isUnlimitedAllowed: false,
    movesEnd: false,
    shortensToDay: false,
    creation: "AT_ONCE",
  },
  days: { ...months, unit: "DAY", maxTerms: 30, maxTermsPerYear: 42, noticeDays: 0, freeTerms: 0, movesEnd: false },
  readOnly: { ...months, creation: "READ" },
  none: { ...months, creation: "NEVER" },
} as const satisfies Record<string, PauseRules>;

export type PauseRulesName = keyof typeof pauseRules;

interface Reason {
  readonly id: bigint;
  readonly name: Localized;
  readonly documentRequired: boolean;
}

/** Why a contract may be paused. */
export const pauseReasons: readonly Reason[] = [
  { id: 2001n, name: { en: "Illness", de: "Krankheit" }, documentRequired: true },
  { id: 2002n, name: { en: "Travel", de: "Reise" }, documentRequired: false },
  { id: 2003n, name: { en: "Other", de: "Sonstiges" }, documentRequired: false },
];

export const feePerTerm = euros(5);

const longestYears: Span = { value: 5, unit: "YEAR" };

export const lastDay = (startDate: Day, term: Span): Day => plus(startDate, term, days(-1));

/** The longest that the studio plans ahead. An unlimited pause is written to end then. */
export const farthestDay = (startDate: Day): Day => lastDay(startDate, longestYears);

/** How many units a pause takes, the last one perhaps in part. */
export const termsOf = ({ startDate, endDate }: Pick<Pause, "startDate" | "endDate">, unit: Unit): number => {
  let count = 1;
  while (lastDay(startDate, { value: count, unit }) < endDate) count++;
  return count;
};

export const isWaiting = ({ state }: Pause): boolean => state === "PENDING_VERIFICATION";

export const daysIn = ({ startDate, endDate }: Pick<Pause, "startDate" | "endDate">): number =>
  (Date.parse(endDate) - Date.parse(startDate)) / 86_400_000 + 1;

export interface Paused {
  readonly pauses?: readonly Pause[];
  readonly pauseRules?: PauseRules;
}

/** By how many days accepted pauses move the end of a contract. */
export const extensionDays = ({ pauses = [], pauseRules: rules }: Paused): number =>
  rules?.movesEnd
    ? pauses.filter((each) => !isWaiting(each) && !each.unlimited).reduce((sum, each) => sum + daysIn(each), 0)
    : 0;

interface Contract extends Paused {
  readonly startDate: Day;
}

/** First day of the year in which pauses are counted together. */
const yearOf = (contract: Contract, rules: PauseRules, day: Day): Day => {
  if (rules.year === "CALENDAR_YEAR") return `${day.slice(0, 4)}-01-01`;
  let start = contract.startDate;
  for (let years = 1; start <= day; years++) {
    const next = plus(contract.startDate, times({ value: 1, unit: "YEAR" }, years));
    if (next > day) break;
    start = next;
  }
  return start;
};

/** Units that are taken in the year of a day. Unlimited pauses do not count. */
export const takenTerms = (contract: Contract, rules: PauseRules, day: Day): number => {
  const from = yearOf(contract, rules, day);
  const until = minus(plus(from, { value: 1, unit: "YEAR" }), days(1));
  return (contract.pauses ?? [])
    .filter(({ startDate, unlimited }) => !unlimited && startDate >= from && startDate <= until)
    .reduce((sum, each) => sum + termsOf(each, rules.unit), 0);
};

/** A request to pause, as it came. */
export interface PauseRequest {
  readonly startDate: Day;
  readonly temporalUnit?: Unit | null | undefined;
  readonly termValue?: number | null | undefined;
  readonly unlimited?: boolean | null | undefined;
  readonly endDate?: Day | null | undefined;
}

/** The last day of the wanted pause. */
export const endOf = ({ startDate, temporalUnit, termValue, unlimited, endDate }: PauseRequest): Day => {
  if (unlimited || (!endDate && (!temporalUnit || !termValue))) return farthestDay(startDate);
  return endDate ?? lastDay(startDate, { value: termValue ?? 0, unit: temporalUnit ?? "DAY" });
};
