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
])("%i days before the deadline, with lead days 30, 14 and 3, the step %s is due", (daysLeft, step) => {
  const due = step && { step, daysLeft, deadline: addDays(today, daysLeft) };

  expect(dueStep(ending(daysLeft), { today, policy })).toEqual(due);
});

test("with a lead day of 0, the last step is due on the deadline itself", () => {
  const lastCall = { ...policy, leadDays: [3, 0] };

  expect(dueStep(ending(1), { today, policy: lastCall })?.step).toBe(3);
  expect(dueStep(ending(0), { today, policy: lastCall })?.step).toBe(0);
});

test("without lead days, nothing is due", () => {
  expect(dueStep(ending(0), { today, policy: { ...policy, leadDays: [] } })).toBeUndefined();
});

const closed: readonly Partial<Contract>[] = [
  { cancelationStatus: "CANCELED", lastPossibleCancelationDate: addDays(today, -1) },
  { cancelationStatus: "CANCELED", contractStatus: "INACTIVE" },
  { contractStatus: "INACTIVE" },
  { lastPossibleCancelationDate: null },
  { lastPossibleCancelationDate: undefined },
];

test.each(closed)("for a contract with %j, nothing is due, and the next check is a recheck", (parts) => {
  expect(dueStep(contract(parts), { today, policy })).toBeUndefined();
  expect(nextCheck([contract(parts)], rules)).toBe(nextCheck([], rules));
});

test.each([
  { cancelationStatus: "CANCELED" },
  { cancelationStatus: "CANCELED", lastPossibleCancelationDate: today },
  { cancelationStatus: "CANCELED", lastPossibleCancelationDate: undefined },
  { cancelationStatus: "PENDING_VERIFICATION" },
  { cancelationStatus: "PENDING_WITHDRAWAL_VERIFICATION" },
])(
  "for a contract with %j, which may be open again tomorrow, nothing is due, and the next check is tomorrow",
  (parts) => {
    expect(dueStep(contract(parts), { today, policy })).toBeUndefined();
    expect(nextCheck([contract(parts), ending(31)], rules)).toBe(addDays(today, 1));
  },
);

test.each([{ cancelationStatus: null }, { cancelationStatus: undefined }])(
  "%j means that nobody has canceled",
  (parts) => {
    expect(dueStep(contract(parts), { today, policy })?.step).toBe(30);
  },
);

test.each([
  ["a lead day tomorrow", [31], 1],
  ["a lead day today, which this check has handled", [30], "recheck"],
  ["a lead day in 6 days", [20], 6],
  ["a lead day in 7 days, the recheck's length", [21], 7],
  ["a lead day in 8 days", [22], "recheck"],
  ["two contracts", [21, 18], 4],
  ["a deadline that has passed and one that has not", [-1, 20], 6],
  ["no lead day left before the deadline", [2], "recheck"],
  ["no contract", [], "recheck"],
])("after a check today, the next check is in time for %s", (_, daysLeft, expected) => {
  const next = nextCheck(daysLeft.map(ending), rules);

  expect(next).toBe(expected === "recheck" ? nextCheck([], rules) : addDays(today, Number(expected)));
});

const days = fc.integer({ min: 1, max: 60 });

test("members without a near lead day are spread evenly over the coming days", () => {
  fc.assert(
    fc.property(days, fc.integer({ min: 0, max: 20_000 }), (recheckDays, later) => {
      const now = addDays(today, later);
      const checks = Array.from({ length: recheckDays }, (_, member) =>
        daysBetween(now, nextCheck([], { ...rules, today: now, recheckDays, spread: (member + 0.5) / recheckDays })),
      );
      expect(checks.sort((a, b) => a - b)).toEqual(Array.from({ length: recheckDays }, (_, index) => index + 1));
    }),
  );
});

test("a member without a near lead day is checked once every recheckDays days", () => {
  fc.assert(
    fc.property(days, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (recheckDays, spread) => {
      const first = nextCheck([], { ...rules, recheckDays, spread });
      expect(nextCheck([], { ...rules, today: first, recheckDays, spread })).toBe(addDays(first, recheckDays));
    }),
  );
});
