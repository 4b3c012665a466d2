import { addDays, type Day } from "./calendar.ts";
import { type CheckRules, leadDaysTo, recheckDay, stepTo } from "./due.ts";

/** An additional module as the list of the member's contracts shows it. Ids in digits. */
export interface ListedModule {
  readonly contractId: string;
  readonly id: string;
  readonly endDate?: Day | undefined;
}

/** A module as the job remembers it. */
export interface KnownModule extends ListedModule {
  /** The day on which it was read last. Absent: it must be read before anything is known about it. */
  readonly readOn?: Day | undefined;
  /** The last day on which it can be canceled. Absent: it is canceled, or has none. */
  readonly deadline?: Day | undefined;
}

/** What the job remembers of a member's modules. */
export interface KnownModules {
  /** The day on which the list was read last. Absent: never, or the member changed something through the gateway since. */
  readonly listedOn?: Day | undefined;
  readonly modules: readonly KnownModule[];
}

/** The open step of a module that was not read since that step's lead day. It must be read before it is published. */
export const unreadStep = ({ readOn, deadline }: KnownModule, rules: CheckRules): ReturnType<typeof stepTo> => {
  if (readOn === undefined || deadline === undefined || deadline < rules.today) return undefined;
  const due = stepTo(deadline, rules);
  return due && readOn < addDays(deadline, -due.step) ? due : undefined;
};

/**
 * The one further call of a check: what can wait the least. Undefined: everything is known. A module whose last day is
 * today comes first, then those of which nothing is known, then those whose lead day has come, the next deadline first.
 * Then the list, once a period. Last come modules without a deadline: they may have got one since.
 */
export const furtherCall = (known: KnownModules, rules: CheckRules): "list" | KnownModule | undefined => {
  const [next] = mustBeRead(known, rules);
  if (next) return next;
  if (isListOld(known, rules)) return "list";
  return withoutDeadline(known, rules)[0];
};

const mustBeRead = ({ modules }: KnownModules, rules: CheckRules): readonly KnownModule[] => {
  const due = modules
    .filter((each) => unreadStep(each, rules))
    .toSorted((a, b) => (a.deadline ?? "").localeCompare(b.deadline ?? ""));
  return [
    ...due.filter(({ deadline }) => deadline === rules.today),
    ...modules.filter(({ readOn }) => readOn === undefined),
    ...due.filter(({ deadline }) => deadline !== rules.today),
  ];
};

/** A period ends on the day on which the member is checked at the latest. */
const isListOld = ({ listedOn }: KnownModules, rules: CheckRules): boolean =>
  listedOn === undefined || recheckDay({ ...rules, today: listedOn }) <= rules.today;

const withoutDeadline = ({ listedOn = "", modules }: KnownModules, { today }: CheckRules): readonly KnownModule[] =>
  modules.filter(
    ({ readOn, deadline }) => readOn !== undefined && readOn < listedOn && (deadline === undefined || deadline < today),
  );

/** Modules that could not be read on their last day, because another one was. What is remembered is all there is. */
export const lastChances = (known: KnownModules, rules: CheckRules): readonly KnownModule[] =>
  // After a change through the gateway, what is remembered may be wrong.
  known.listedOn === undefined
    ? []
    : known.modules.filter((each) => each.deadline === rules.today && unreadStep(each, rules));

/** After the list was read. A module whose term has changed since must be read again. */
export const afterListing = (known: KnownModules, listed: readonly ListedModule[], today: Day): KnownModules => ({
  listedOn: today,
  modules: listed.map((each) => {
    const before = known.modules.find(({ id }) => id === each.id);
    return before?.endDate === each.endDate ? { ...before, ...each } : each;
  }),
});

/** After a module was read. */
export const afterReading = (known: KnownModules, { id }: KnownModule, read: Required<Reading>): KnownModules => ({
  ...known,
  modules: known.modules.map((each) => (each.id === id ? { ...each, ...read } : each)),
});

type Reading = Pick<KnownModule, "readOn" | "deadline">;

/** The day after today from which modules make the member due for a check, if they do. */
export const nextModuleCheck = (known: KnownModules, rules: CheckRules): Day | undefined => {
  const tomorrow = { ...rules, today: addDays(rules.today, 1) };
  const mustWait = [...mustBeRead(known, tomorrow), ...withoutDeadline(known, tomorrow)];
  return mustWait.length > 0 ? tomorrow.today : nextLeadDay(known, rules);
};

/** The first day after today that is a module's lead day. */
export const nextLeadDay = ({ modules }: KnownModules, rules: CheckRules): Day | undefined =>
  modules.flatMap(({ deadline }) => (deadline === undefined ? [] : leadDaysTo(deadline, rules))).sort()[0];
