import { expect, test } from "vitest";
import * as z from "zod";
import { noLegalAdvice, type Policy, policies } from "#lib/reminders/policies.ts";

const all: readonly Policy[] = Object.values(policies);

/** How many days before the deadline a reminder is within the law, both ends included. */
const leadDaysWithin = ({ leadDays }: Policy, from: number, to: number) =>
  leadDays.filter((lead) => lead >= from && lead <= to);

test.each(all)("$name has lead days that go down and are whole", ({ leadDays }) => {
  expect(leadDays).toEqual([...new Set(leadDays)].sort((a, b) => b - a));
  expect(leadDays.length).toBeGreaterThan(0);
  expect(leadDays.every((lead) => Number.isInteger(lead) && lead >= 0)).toBe(true);
});

test("every policy is found under its own name", () => {
  expect(Object.keys(policies)).toEqual(all.map(({ name }) => name));
});

test.each(all.flatMap(({ law }) => law))("$title can be looked up", ({ title, url, checked, says }) => {
  expect(title).not.toBe("");
  expect(new URL(url).protocol).toBe("https:");
  expect(z.iso.date().safeParse(checked).success).toBe(true);
  expect(says).toMatch(/^[A-Z][^.]+\.$/);
});

test("the default claims no law, every country does", () => {
  expect(all.filter(({ law }) => law.length === 0)).toEqual([policies.default]);
});

test("in France, two reminders are within three months and one month before the deadline, however short the months", () => {
  const shortestThreeMonths = 28 + 31 + 30;
  const longestMonth = 31;

  expect(leadDaysWithin(policies.france, longestMonth, shortestThreeMonths).length).toBeGreaterThanOrEqual(2);
});

test("in France, a failed day of the job still leaves the second reminder within the law", () => {
  const last = Math.min(...leadDaysWithin(policies.france, 31, 89));

  expect(last).toBeGreaterThan(31);
});

test.each(Array.from({ length: 32 }, (_, notice) => notice))(
  "in California, with %i days of notice, two reminders are within 45 and 15 days before the renewal",
  (notice) => {
    // The term's last day is `notice` days after the deadline; the renewal is the day after it.
    const toRenewal = notice + 1;

    expect(leadDaysWithin(policies.california, 15 - toRenewal, 45 - toRenewal).length).toBeGreaterThanOrEqual(2);
  },
);

test("the caveat is one sentence", () => {
  expect(noLegalAdvice).toMatch(/^[A-Z][^.]*no legal advice[^.]*counsel[^.]*\.$/);
});
