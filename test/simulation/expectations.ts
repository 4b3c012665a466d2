import { type Day, days, plus } from "#infra/sandbox/members/calendar.ts";
import type { Contract } from "#infra/sandbox/members/customer.ts";
import type { Change } from "./changes.ts";
import { type Deadline, deadlinesOf } from "./deadlines.ts";
import type { Membership } from "./membership.ts";
import type { Wall } from "./wall.ts";

export interface ExpectationOptions {
  readonly wall: Wall;
  readonly memberships: ReadonlyMap<string, Membership>;
  /** When a member joined, by place in the list. Undefined: before the start. */
  readonly joinedAt: (place: number) => number | undefined;
  readonly firstDay: Day;
  readonly lastDay: Day;
  /** Descending. */
  readonly leadDays: readonly number[];
  readonly recheckDays: number;
}

type Which = Readonly<Record<"studioId" | "customerId" | "contractId", string>>;

interface Step {
  readonly lastPossibleCancelationDate: Day;
  readonly step: number;
}

/** A key for a reminder, independent of its id. */
export const reminderKey = (contractKey: string, { lastPossibleCancelationDate: day, step }: Step): string =>
  `${contractKey} ${day} ${step}`;

export const contractKey = (studioId: string, contractId: string | bigint): string => `${studioId} ${contractId}`;

const latest = (...list: readonly Day[]): Day => list.toSorted().at(-1) ?? "";

/** The reminders that the job owes, derived from the contracts only. */
export const createExpectations = (options: ExpectationOptions) => {
  const { wall, memberships, firstDay, lastDay, leadDays, recheckDays } = options;
  const history = new Map<string, Change[]>();
  const horizon = plus(lastDay, days(leadDays[0] ?? 0));
  const changesOf = (key: string) => history.get(key) ?? [];
  const contractOf = ({ studioId, customerId, contractId }: Which) =>
    memberships
      .get(studioId)
      ?.contracts(customerId)
      .find(({ id }) => String(id) === contractId);

  /** The first day on which the job must be able to send a step's reminder, and the last day of that step. */
  const windowOf = (key: string, { appears, day }: Deadline, step: number) => {
    const next = leadDays[leadDays.indexOf(step) + 1];
    const to = next === undefined ? day : plus(day, days(-next - 1));
    // The job finds anything new at the next recheck at the latest.
    const seen = appears > firstDay ? plus(appears, days(recheckDays - 1)) : firstDay;
    const reopened = changesOf(key)
      .filter(({ kind, at }) => kind === "withdrawn" && wall.dayAt(at) <= to)
      .map(({ at }) => plus(wall.dayAt(at), days(recheckDays)));
    return { from: latest(plus(day, days(-step)), seen, ...reopened), to };
  };

  const isCanceledBy = (key: string, day: Day): boolean =>
    changesOf(key).findLast(({ at }) => wall.dayAt(at) <= day)?.kind === "canceled";

  const stepsOf = (key: string, deadline: Deadline, joined: Day) =>
    leadDays.flatMap((step) => {
      const { from, to } = windowOf(key, deadline, step);
      const first = latest(from, joined);
      const isExpected = first <= to && to <= lastDay && !isCanceledBy(key, to);
      const reminder = reminderKey(key, { lastPossibleCancelationDate: deadline.day, step });
      return isExpected ? [{ reminder, from: first }] : [];
    });

  /** Each deadline of a contract that was not canceled at first, with the steps that the job owes. */
  const expected = function* () {
    for (const [studioId, { ids, contracts }] of memberships)
      for (const [place, customerId] of ids.entries()) yield* expectedOf(studioId, place, contracts(customerId));
  };
  const expectedOf = (studioId: string, place: number, contracts: readonly Contract[]) => {
    const joinedAt = options.joinedAt(place);
    const joined = joinedAt === undefined ? firstDay : plus(wall.dayAt(joinedAt), days(1));
    return contracts.flatMap((contract) => {
      const key = contractKey(studioId, contract.id);
      if (contract.cancelation !== undefined && !history.has(key)) return [];
      return deadlinesOf(contract, firstDay, horizon).map((deadline) => ({
        day: deadline.day,
        steps: stepsOf(key, deadline, joined),
      }));
    });
  };

  return {
    onChange: (key: string, change: Change): void => void history.set(key, [...changesOf(key), change]),
    isOpen: (which: Which, at: number): boolean => {
      const changes = changesOf(contractKey(which.studioId, which.contractId));
      if (changes.length === 0) return contractOf(which)?.cancelation === undefined;
      return changes.findLast((change) => change.at <= at)?.kind !== "canceled";
    },
    deadlineOn: (which: Which, today: Day): Day | undefined => {
      const contract = contractOf(which);
      return contract && deadlinesOf(contract, today, today)[0]?.day;
    },
    /** @param firstDays on which each reminder went out, by its key */
    compare: (firstDays: ReadonlyMap<string, Day>) => {
      const found = { missed: 0, missedSteps: 0, late: 0 };
      for (const { day, steps } of expected()) {
        const sent = steps.map(({ reminder, from }) => ({ on: firstDays.get(reminder), from }));
        const missing = sent.filter(({ on }) => on === undefined).length;
        found.missedSteps += missing;
        found.late += sent.filter(({ on, from }) => on !== undefined && on > from).length;
        if (day <= lastDay && sent.length > 0 && missing === sent.length) found.missed += 1;
      }
      return found;
    },
  };
};
