import fc from "fast-check";
import { expect, test } from "vitest";
import { addDays, dayIn, daysBetween } from "#lib/reminders/calendar.ts";

test.each([
  ["Europe/Berlin", "2027-01-31T23:30:00Z", "2027-02-01"],
  ["Europe/Berlin", "2027-01-31T22:59:59.999Z", "2027-01-31"],
  ["Europe/Berlin", "2027-07-31T22:00:00Z", "2027-08-01"],
  ["Europe/London", "2027-12-31T23:30:00Z", "2027-12-31"],
  ["America/Los_Angeles", "2027-01-01T07:59:59Z", "2026-12-31"],
  ["Pacific/Kiritimati", "2026-12-31T10:00:00Z", "2027-01-01"],
  ["UTC", "2028-02-29T12:00:00Z", "2028-02-29"],
])("in %s, the date at %s is %s", (timeZone, instant, day) => {
  expect(dayIn(timeZone, Date.parse(instant))).toBe(day);
});

test("a day in Berlin with 23 or 25 hours is one day", () => {
  const dayAt = (instant: string) => dayIn("Europe/Berlin", Date.parse(instant));

  expect(dayAt("2027-03-27T22:59:59Z")).toBe("2027-03-27");
  expect(dayAt("2027-03-27T23:00:00Z")).toBe("2027-03-28");
  expect(dayAt("2027-03-28T21:59:59Z")).toBe("2027-03-28");
  expect(dayAt("2027-03-28T22:00:00Z")).toBe("2027-03-29");
  expect(dayAt("2027-10-30T22:00:00Z")).toBe("2027-10-31");
  expect(dayAt("2027-10-31T22:59:59Z")).toBe("2027-10-31");
  expect(dayAt("2027-10-31T23:00:00Z")).toBe("2027-11-01");
});

test("an unknown time zone is an error", () => {
  expect(() => dayIn("Europe/Gotham", 0)).toThrow(RangeError);
});

test.each([
  ["2027-03-27", 1, "2027-03-28"],
  ["2027-03-28", 1, "2027-03-29"],
  ["2027-10-31", 1, "2027-11-01"],
  ["2027-02-28", 1, "2027-03-01"],
  ["2028-02-28", 1, "2028-02-29"],
  ["2028-03-01", -1, "2028-02-29"],
  ["2100-02-28", 1, "2100-03-01"],
  ["2026-12-31", 1, "2027-01-01"],
  ["2027-01-01", -366, "2025-12-31"],
  ["2027-01-01", 0, "2027-01-01"],
])("%s plus %i days is %s", (day, days, other) => {
  expect(addDays(day, days)).toBe(other);
  expect(daysBetween(day, other)).toBe(days);
  expect(daysBetween(other, day)).toBe(0 - days);
});

test("adding and subtracting days agree, for any day and any number of days", () => {
  const days = fc.integer({ min: -40_000, max: 40_000 });

  fc.assert(
    fc.property(days, days, (start, distance) => {
      const from = addDays("2027-01-01", start);
      const to = addDays(from, distance);
      expect(daysBetween(from, to)).toBe(distance);
      expect(addDays(to, -distance)).toBe(from);
      expect(to > from).toBe(distance > 0);
    }),
  );
});
