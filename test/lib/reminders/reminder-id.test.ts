import fc from "fast-check";
import { expect, test } from "vitest";
import { reminderIdOf } from "#lib/reminders/reminder-id.ts";

const reminder = { studioId: "studio-1", contractId: 1000, deadline: "2027-01-31", step: 14 };

test("the same reminder has the same id, also after a release", () => {
  expect(reminderIdOf(reminder)).toBe("FwS_RaYseqiH4fEdRP_YtBIRpMcbrkKkgqprr2c_tIY");
  expect(reminderIdOf({ ...reminder, contractId: 1000n })).toBe(reminderIdOf(reminder));
});

test("a module's reminder has another id than its contract's, and than another module's", () => {
  const ids = [reminder, { ...reminder, moduleId: "1" }, { ...reminder, moduleId: "2" }].map(reminderIdOf);

  expect(new Set(ids).size).toBe(3);
});

test("contract ids beyond 2^53 give different reminder ids", () => {
  const ids = [9007199254740992n, 9007199254740993n].map((contractId) => reminderIdOf({ ...reminder, contractId }));

  expect(new Set(ids).size).toBe(2);
});

test("reminders that differ in one part have different ids", () => {
  const part = fc.string({ maxLength: 4, unit: fc.constantFrom("1", "-", ",", '"', "|", "\\", "\ud800") });
  const reminders = fc.record({
    studioId: part,
    contractId: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.bigInt({ min: 0n, max: 200n })),
    deadline: fc.constantFrom("2027-01-31", "2027-02-01", "2028-01-31"),
    step: fc.integer({ min: 0, max: 120 }),
  });
  const parts = ({ studioId, contractId, deadline, step }: Parameters<typeof reminderIdOf>[0]) => [
    studioId,
    BigInt(contractId),
    deadline,
    step,
  ];

  fc.assert(
    fc.property(
      reminders,
      reminders,
      fc.subarray(["studioId", "contractId", "deadline", "step"] as const),
      (a, b, kept) => {
        const other = { ...b, ...Object.fromEntries(kept.map((key) => [key, a[key]])) };
        expect(reminderIdOf(a) === reminderIdOf(other)).toBe(
          parts(a).every((value, index) => value === parts(other)[index]),
        );
        expect(reminderIdOf(a)).toMatch(/^[\w-]{43}$/);
      },
    ),
  );
});
