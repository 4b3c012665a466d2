import fc from "fast-check";
import { expect, test } from "vitest";
import { addDays, daysBetween } from "#lib/reminders/calendar.ts";
import { type Contract, dueStep, nextCheck } from "#lib/reminders/due.ts";

const policy = { name: "test", leadDays: [30, 14, 3], law: [] };
const today = "2027-01-15";
const rules = { today, policy, recheckDays: 7, spread: 0 };

const contract = (parts: Partial<Contract> = {}): Contract => ({
  id: 1000,
  contractStatus: "ACTIVE",
  lastPossibleCancelationDate: addDays(today, 20),
  ...parts,
});

const ending = (daysLeft: number) => contract({ lastPossibleCancelationDate: addDays(today, daysLeft) });

test.each([
  [31, undefined],
  [30, 30],
  [29, 30],
  [15, 30],
  [14, 14],
  [4, 14],
  [3, 3],
  [0, 3],
  [-1, undefined],
])("given %i days left of 30, 14 and 3, then step %s is due", (daysLeft, step) => {
  const due = step && { step, daysLeft, deadline: addDays(today, daysLeft) };

  expect(dueStep(ending(daysLeft), { today, policy })).toEqual(due);
});

test("given a policy with a lead day of 0, then the deadline itself is the last step", () => {
  const lastCall = { ...policy, leadDays: [3, 0] };

  expect(dueStep(ending(1), { today, policy: lastCall })?.step).toBe(3);
  expect(dueStep(ending(0), { today, policy: lastCall })?.step).toBe(0);
});

test("given a policy without lead days, then nothing is due", () => {
  expect(dueStep(ending(0), { today, policy: { ...policy, leadDays: [] } })).toBeUndefined();
});

const closed: readonly Partial<Contract>[] = [
  { cancelationStatus: "CANCELED" },
  { cancelationStatus: "PENDING_VERIFICATION" },
  { cancelationStatus: "PENDING_WITHDRAWAL_VERIFICATION" },
  { contractStatus: "INACTIVE" },
  { lastPossibleCancelationDate: null },
  { lastPossibleCancelationDate: undefined },
];

test.each(closed)("given a contract with %j, then nothing is due and no lead day is waited for", (parts) => {
  expect(dueStep(contract(parts), { today, policy })).toBeUndefined();
  expect(nextCheck([contract(parts)], rules)).toBe(nextCheck([], rules));
});

test.each([{ cancelationStatus: null }, { cancelationStatus: undefined }])(
  "given %j, then nobody has canceled",
  (parts) => {
    expect(dueStep(contract(parts), { today, policy })?.step).toBe(30);
  },
);

test.each([
  ["a lead day tomorrow", [31], 1],
  ["a lead day today, which this look has served", [30], "recheck"],
  ["a lead day in 6 days", [20], 6],
  ["a lead day in 7 days, the recheck's length", [21], 7],
  ["a lead day in 8 days", [22], "recheck"],
  ["two contracts", [21, 18], 4],
  ["a deadline that has passed beside a live one", [-1, 20], 6],
  ["nothing left but the deadline", [2], "recheck"],
  ["no contract", [], "recheck"],
])("given %s, when the member was asked today, then the next look comes in time", (_, daysLeft, expected) => {
  const look = nextCheck(daysLeft.map(ending), rules);

  expect(look).toBe(expected === "recheck" ? nextCheck([], rules) : addDays(today, Number(expected)));
});

const days = fc.integer({ min: 1, max: 60 });

test("given members of evenly spread shares with nothing near, then each of the coming days gets as many of them", () => {
  fc.assert(
    fc.property(days, fc.integer({ min: 0, max: 20_000 }), (recheckDays, later) => {
      const now = addDays(today, later);
      const looks = Array.from({ length: recheckDays }, (_, member) =>
        daysBetween(now, nextCheck([], { ...rules, today: now, recheckDays, spread: (member + 0.5) / recheckDays })),
      );
      expect(looks.sort((a, b) => a - b)).toEqual(Array.from({ length: recheckDays }, (_, index) => index + 1));
    }),
  );
});

test("given a member with nothing near, then it is asked once in every recheck and no more", () => {
  fc.assert(
    fc.property(days, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (recheckDays, spread) => {
      const first = nextCheck([], { ...rules, recheckDays, spread });
      expect(nextCheck([], { ...rules, today: first, recheckDays, spread })).toBe(addDays(first, recheckDays));
    }),
  );
});
