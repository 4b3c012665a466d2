import fc from "fast-check";
import { expect, test } from "vitest";
import { addDays, type Day, daysBetween } from "#lib/reminders/calendar.ts";
import { stepTo } from "#lib/reminders/due.ts";
import {
  afterListing,
  afterReading,
  furtherCall,
  type KnownModule,
  type KnownModules,
  lastChances,
  nextModuleCheck,
} from "#lib/reminders/modules.ts";
import { policies } from "#lib/reminders/policies.ts";

const start = "2026-11-02";

const stories = fc.record({
  deadlines: fc.array(fc.integer({ min: 0, max: 70 }), { minLength: 1, maxLength: 9 }),
  policy: fc.constantFrom(...Object.values(policies)),
  recheckDays: fc.integer({ min: 1, max: 30 }),
  spread: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

type Story = typeof stories extends fc.Arbitrary<infer Value> ? Value : never;

interface Told {
  readonly id: string;
  readonly step: number;
  readonly daysLeft: number;
  readonly isRead: boolean;
}

const modulesOf = ({ deadlines }: Story) =>
  deadlines.map((days, place) => ({ contractId: "7", id: String(place), deadline: addDays(start, days) }));

/** A check on a day: the one further call, what is known after it, and the modules that may be told of. */
const checkOn = (story: Story, today: Day, before: KnownModules) => {
  const rules = { ...story, today };
  const call = furtherCall(before, rules);
  const open = modulesOf(story).filter(({ deadline }) => deadline >= today);
  if (call === undefined) return { call, known: before, read: undefined, rules };
  if (call === "list") {
    const listed = open.map(({ contractId, id }) => ({ contractId, id }));
    return { call, known: afterListing(before, listed, today), read: undefined, rules };
  }
  const now = { readOn: today, deadline: open.find(({ id }) => id === call.id)?.deadline };
  return { call, known: afterReading(before, call, now), read: { ...call, ...now }, rules };
};

/** Plays the job on the days on which modules alone, or the end of a period, make the member due. */
const play = (story: Story): { readonly told: readonly Told[]; readonly calls: number } => {
  const told = new Map<string, Told>();
  let calls = 0;
  let known: KnownModules = { modules: [] };
  let next: Day = start;
  const tell = ({ id, deadline }: KnownModule, today: Day, isRead: boolean) => {
    const due = deadline === undefined ? undefined : stepTo(deadline, { ...story, today });
    const key = `${id} ${due?.step}`;
    if (due && !told.has(key)) told.set(key, { id, ...due, isRead });
  };
  while (next <= addDays(start, 80)) {
    const today = next;
    const check = checkOn(story, today, known);
    known = check.known;
    if (check.call !== undefined) calls += 1;
    if (check.read) tell(check.read, today, true);
    for (const each of lastChances(known, check.rules)) tell(each, today, false);
    const days = [addDays(today, story.recheckDays), nextModuleCheck(known, check.rules) ?? addDays(today, 99)];
    next = days.sort()[0] ?? today;
  }
  return { told: [...told.values()], calls };
};

test("each module that was found in time gets its last step, on its last day at the latest", () => {
  fc.assert(
    fc.property(stories, (story) => {
      const { told } = play(story);
      const lastStep = story.policy.leadDays.at(-1);
      for (const { id, deadline } of modulesOf(story)) {
        // One day for the list, and one for each module before anything is known of it.
        if (daysBetween(start, deadline) <= story.deadlines.length) continue;
        expect(told.filter((each) => each.id === id && each.step === lastStep)).toHaveLength(1);
      }
    }),
  );
});

test("what was not read today is told of on the last day only, and steps come late only if other modules were read", () => {
  fc.assert(
    fc.property(stories, (story) => {
      for (const { isRead, daysLeft, step } of play(story).told) {
        if (!isRead) expect(daysLeft).toBe(0);
        if (story.deadlines.length === 1 && step < (story.deadlines[0] ?? 0)) expect(daysLeft).toBe(step);
      }
    }),
  );
});

test("a module costs one reading when it is found, one for each step, and those after its deadline", () => {
  fc.assert(
    fc.property(stories, (story) => {
      const periods = Math.ceil(81 / story.recheckDays) + 1;
      const most = periods + story.deadlines.length * (1 + story.policy.leadDays.length);
      expect(play(story).calls).toBeLessThanOrEqual(most);
    }),
  );
});
