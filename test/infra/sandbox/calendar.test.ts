import { expect, test } from "vitest";
import { dayOf, minus, plus, type Span } from "#infra/sandbox/members/calendar.ts";

const months = (value: number): Span => ({ value, unit: "MONTH" });

test.each<[string, Span[], string]>([
  ["2027-01-31", [months(1)], "2027-02-28"],
  ["2028-01-31", [months(1)], "2028-02-29"],
  ["2027-01-31", [months(1), months(1)], "2027-03-31"],
  ["2028-02-29", [{ value: 1, unit: "YEAR" }], "2029-02-28"],
  ["2026-11-30", [months(3)], "2027-02-28"],
  ["2027-12-15", [months(1)], "2028-01-15"],
  ["2027-12-31", [{ value: 1, unit: "DAY" }], "2028-01-01"],
  ["2027-03-10", [{ value: 2, unit: "WEEK" }], "2027-03-24"],
  ["2027-01-31", [months(1), { value: -1, unit: "DAY" }], "2027-02-27"],
])("%s plus %j is %s", (day, spans, later) => {
  expect(plus(day, ...spans)).toBe(later);
});

test.each<[string, Span, string]>([
  ["2027-03-31", months(1), "2027-02-28"],
  ["2027-01-15", months(3), "2026-10-15"],
  ["2027-01-01", { value: 1, unit: "DAY" }, "2026-12-31"],
])("%s minus %j is %s", (day, span, earlier) => {
  expect(minus(day, span)).toBe(earlier);
});

test("the day of an instant is its day in UTC", () => {
  expect(dayOf(new Date("2027-03-28T00:30:00+02:00"))).toBe("2027-03-27");
  expect(dayOf(new Date("2027-03-27T23:30:00-02:00"))).toBe("2027-03-28");
});
