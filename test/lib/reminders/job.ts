import fc from "fast-check";
import { addDays, type Day, daysBetween } from "#lib/reminders/calendar.ts";
import { type Contract, dueStep, nextCheck } from "#lib/reminders/due.ts";
import type { Policy } from "#lib/reminders/policies.ts";
import { reminderIdOf } from "#lib/reminders/reminder-id.ts";

/** Days are counted from the start of the story. */
const lastDay = 280;

/** What the upstream shows of a contract from a day on. */
export interface Spell {
  readonly from: number;
  readonly isOpen: boolean;
  readonly deadline: number | undefined;
  readonly shown: Pick<Contract, "contractStatus" | "cancelationStatus">;
}

export interface Story {
  readonly start: Day;
  readonly policy: Policy;
  readonly recheckDays: number;
  readonly spread: number;
  readonly knownFrom: number;
  /** Per day, whether the job ran. */
  readonly ran: readonly boolean[];
  /** Per contract its spells, the first one from day 0. */
  readonly contracts: readonly (readonly Spell[])[];
}

export interface Sent {
  readonly on: number;
  readonly contract: number;
  readonly deadline: number;
  readonly step: number;
  readonly daysLeft: number;
}

const leadDays = fc
  .uniqueArray(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 5 })
  .map((leads) => leads.sort((a, b) => b - a));

/** Outages of one day to two months, and equally long times without one. */
const ran = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 60 })), { minLength: 1, maxLength: 60 })
  .map((stretches) => stretches.flatMap((length, index) => Array<boolean>(length).fill(index % 2 === 0)))
  .map((days) => Array.from({ length: lastDay }, (_, day) => days[day % days.length] ?? false));

const open: Spell["shown"] = { contractStatus: "ACTIVE" };
const closed: readonly Spell["shown"][] = [
  { contractStatus: "ACTIVE", cancelationStatus: "CANCELED" },
  { contractStatus: "ACTIVE", cancelationStatus: "PENDING_VERIFICATION" },
  { contractStatus: "ACTIVE", cancelationStatus: "PENDING_WITHDRAWAL_VERIFICATION" },
  { contractStatus: "INACTIVE" },
];

/** A contract has two deadlines, so that they move back and forth. Cancelations and withdrawals come in any order. */
const contract = fc
  .tuple(fc.integer({ min: 0, max: 250 }), fc.integer({ min: 0, max: 250 }))
  .chain((deadlines) =>
    fc.array(
      fc.record({
        from: fc.integer({ min: 1, max: 250 }),
        deadline: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...deadlines) }, fc.constant(undefined)),
        shown: fc.oneof({ weight: 2, arbitrary: fc.constant(open) }, fc.constantFrom(...closed)),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  )
  .map((spells) => spells.sort((a, b) => a.from - b.from))
  .map((spells): Spell[] =>
    spells.map((spell, index) => ({ ...spell, from: index === 0 ? 0 : spell.from, isOpen: spell.shown === open })),
  );

export const stories: fc.Arbitrary<Story> = fc.record({
  start: fc.integer({ min: 0, max: 1500 }).map((days) => addDays("2026-11-22", days)),
  policy: leadDays.map((leads) => ({ name: "any", leadDays: leads, law: [] })),
  recheckDays: fc.integer({ min: 1, max: 45 }),
  spread: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  knownFrom: fc.integer({ min: 0, max: 200 }),
  ran,
  contracts: fc.array(contract, { minLength: 1, maxLength: 3 }),
});

export const spellOn = (spells: readonly Spell[], day: number) => spells.findLast(({ from }) => from <= day);

/** Plays a story as the job would: checks the member when the next check is due, and claims ids in a ledger. */
export const play = ({ start, ran, contracts, knownFrom, ...rules }: Story): { sent: Sent[]; checked: number[] } => {
  const ledger = new Set<string>();
  const sent: Sent[] = [];
  const checked: number[] = [];
  let next = addDays(start, knownFrom);
  for (const on of ran.keys()) {
    const today = addDays(start, on);
    if (!ran[on] || today < next) continue;
    const shown = contracts.map((spells, id) => showOn(spells, { id, start, on }));
    for (const contract of shown) {
      const due = dueStep(contract, { today, policy: rules.policy });
      if (!due) continue;
      const reminderId = reminderIdOf({ ...due, studioId: "s", contractId: contract.id });
      if (ledger.has(reminderId)) continue;
      ledger.add(reminderId);
      sent.push({ ...due, on, contract: Number(contract.id), deadline: daysBetween(start, due.deadline) });
    }
    checked.push(on);
    next = nextCheck(shown, { ...rules, today });
  }
  return { sent, checked };
};

const showOn = (spells: readonly Spell[], { id, start, on }: { id: number; start: Day; on: number }): Contract => {
  const { shown, deadline } = spellOn(spells, on) ?? { shown: open, deadline: undefined };
  return { id, ...shown, lastPossibleCancelationDate: deadline === undefined ? null : addDays(start, deadline) };
};
