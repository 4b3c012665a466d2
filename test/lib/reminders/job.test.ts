import fc from "fast-check";
import { expect, test } from "vitest";
import { play, type Sent, type Spell, type Story, spellOn, stories } from "./job.ts";

/** Whether the contract is canceled, and still could be canceled if that were taken back. */
const mayReopen = (spells: readonly Spell[], on: number): boolean => {
  const { shown, deadline = on } = spellOn(spells, on) ?? {};
  return shown?.contractStatus === "ACTIVE" && shown.cancelationStatus != null && deadline >= on;
};

const always = (promise: (story: Story) => void) => fc.assert(fc.property(stories, promise), { numRuns: 500 });

const sameDeadline = (a: Sent, b: Pick<Sent, "contract" | "deadline">) =>
  a.contract === b.contract && a.deadline === b.deadline;

/** Reminders of one contract and one deadline, in the order they were sent. */
const perDeadline = (sent: readonly Sent[]): Sent[][] => [
  ...Map.groupBy(sent, ({ contract, deadline }) => `${contract} ${deadline}`).values(),
];

/** The step that is due on a day: the smallest lead day that was reached. Computed in another way than the code does. */
const stepOn = (day: number, deadline: number, { policy }: Story) =>
  Math.min(...policy.leadDays.filter((lead) => deadline - lead <= day));

/** Spells of an open contract with one deadline. Neighbours that show the same count as one. `to` is the last day. */
const openSpells = (spells: readonly Spell[]) => {
  const open: { from: number; to: number; deadline: number }[] = [];
  for (const [index, { from, isOpen, deadline }] of spells.entries()) {
    const to = (spells[index + 1]?.from ?? Number.POSITIVE_INFINITY) - 1;
    if (!isOpen || deadline === undefined || to < from) continue;
    const last = open.at(-1);
    if (last?.deadline === deadline && last.to === from - 1) last.to = to;
    else open.push({ from, to, deadline });
  }
  return open;
};

/**
 * The runs after which a reminder must have been sent: the largest lead day was reached, and the contract had been open
 * for so long that at least one check must have seen it.
 */
const runsToCountOn = (story: Story) =>
  story.contracts.flatMap((spells, contract) =>
    openSpells(spells).flatMap(({ from, to, deadline }) => {
      const earliest = Math.max(
        deadline - (story.policy.leadDays[0] ?? 0),
        from === 0 ? 0 : from + story.recheckDays - 1,
        story.knownFrom,
      );
      const runs = [...story.ran.keys()].filter(
        (on) => story.ran[on] && on >= earliest && on <= Math.min(to, deadline),
      );
      return runs.map((on) => ({ on, contract, deadline, step: stepOn(on, deadline, story) }));
    }),
  );

test("each step of a deadline is sent at most once, and the steps go down", () => {
  always((story) => {
    for (const reminders of perDeadline(play(story).sent)) {
      const steps = reminders.map(({ step }) => step);
      expect(steps).toEqual([...new Set(steps)].sort((a, b) => b - a));
    }
  });
});

test("a step is sent after it was reached and before the next one is, with the days that are left", () => {
  always((story) => {
    for (const { on, deadline, step, daysLeft } of play(story).sent) {
      expect(daysLeft).toBe(deadline - on);
      expect(daysLeft).toBeLessThanOrEqual(step);
      expect(step).toBe(stepOn(on, deadline, story));
    }
  });
});

test("no reminder is sent after the deadline, or for a contract that has a cancelation or is not active", () => {
  always((story) => {
    for (const { on, contract, deadline } of play(story).sent) {
      expect(on).toBeLessThanOrEqual(deadline);
      expect(spellOn(story.contracts[contract] ?? [], on)).toMatchObject({ isOpen: true, deadline });
    }
  });
});

test("a deadline gets a reminder if the job ran once between lead day and deadline while the contract was open for long enough", () => {
  always((story) => {
    const { sent } = play(story);
    for (const counted of runsToCountOn(story)) {
      expect(sent.filter((reminder) => sameDeadline(reminder, counted) && reminder.on <= counted.on)).not.toEqual([]);
    }
  });
});

test("after each such run the step of its day was sent, also after an outage", () => {
  always((story) => {
    const { sent } = play(story);
    for (const counted of runsToCountOn(story)) {
      const out = sent.filter((reminder) => sameDeadline(reminder, counted) && reminder.on <= counted.on);
      expect(out.at(-1)?.step).toBe(counted.step);
    }
  });
});

test("if no run fails and no contract changes, each step is sent on its own day", () => {
  always((story) => {
    const contracts = story.contracts.map(([first]) => (first ? [first] : []));
    const calm = { ...story, contracts, ran: story.ran.map(() => true), knownFrom: 0 };
    const expected = contracts.flatMap(([spell], contract) =>
      spell?.isOpen && spell.deadline !== undefined
        ? [...Array(spell.deadline + 1).keys()].flatMap((on) => {
            const step = stepOn(on, spell.deadline ?? 0, story);
            const isNew = on === 0 || step !== stepOn(on - 1, spell.deadline ?? 0, story);
            return Number.isFinite(step) && isNew ? [{ on, contract, step }] : [];
          })
        : [],
    );
    const order = (a: { on: number; contract: number }, b: { on: number; contract: number }) =>
      a.on - b.on || a.contract - b.contract;
    const sent = play(calm).sent.map(({ on, contract, step }) => ({ on, contract, step }));
    expect(sent.sort(order)).toEqual(expected.sort(order));
  });
});

test("a member is checked at most once every recheckDays days, once for each lead day, and daily while a cancelation may be taken back", () => {
  always((story) => {
    const checked = play(story).checked.filter((on) => !story.contracts.some((spells) => mayReopen(spells, on)));
    const deadlines = story.contracts.flatMap((spells) => openSpells(spells));
    // A check on a lead day does not replace the regular one.
    const rechecks = Math.ceil(story.ran.length / story.recheckDays) + 1;
    expect(checked.length).toBeLessThanOrEqual(rechecks + 2 * deadlines.length * story.policy.leadDays.length);
  });
});
