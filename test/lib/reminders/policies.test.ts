import { expect, test } from "vitest";
import * as z from "zod";
import { noLegalAdvice, type Policy, policies } from "#lib/reminders/policies.ts";

const all: readonly Policy[] = Object.values(policies);

/** The lead days from `from` to `to`, both included. */
const leadDaysWithin = ({ leadDays }: Policy, from: number, to: number) =>
  leadDays.filter((lead) => lead >= from && lead <= to);

test.each(all)("$name has whole lead days in descending order", ({ leadDays }) => {
  expect(leadDays).toEqual([...new Set(leadDays)].sort((a, b) => b - a));
  expect(leadDays.length).toBeGreaterThan(0);
  expect(leadDays.every((lead) => Number.isInteger(lead) && lead >= 0)).toBe(true);
});

test("each policy has its own name as the key", () => {
  expect(Object.keys(policies)).toEqual(all.map(({ name }) => name));
});

test.each(all.flatMap(({ law }) => law))(
  "$title has a URL, a date and one sentence",
  ({ title, url, checked, says }) => {
    expect(title).not.toBe("");
    expect(new URL(url).protocol).toBe("https:");
    expect(z.iso.date().safeParse(checked).success).toBe(true);
    expect(says).toMatch(/^[A-Z][^.]+\.$/);
  },
);

test("each policy but the default names a law", () => {
  expect(all.filter(({ law }) => law.length === 0)).toEqual([policies.default]);
});

test("in France, two reminders are sent three months to one month before the deadline, however short the months are", () => {
  const shortestThreeMonths = 28 + 31 + 30;
  const longestMonth = 31;

  expect(leadDaysWithin(policies.france, longestMonth, shortestThreeMonths).length).toBeGreaterThanOrEqual(2);
});

test("in France, the second reminder is within the law even if the job fails for a day", () => {
  const last = Math.min(...leadDaysWithin(policies.france, 31, 89));

  expect(last).toBeGreaterThan(31);
});

test.each(Array.from({ length: 32 }, (_, notice) => notice))(
  "in California, with %i days of notice, two reminders are sent 45 to 15 days before the renewal",
  (notice) => {
    // The term's last day is `notice` days after the deadline; the renewal is the day after it.
    const toRenewal = notice + 1;

    expect(leadDaysWithin(policies.california, 15 - toRenewal, 45 - toRenewal).length).toBeGreaterThanOrEqual(2);
  },
);

test("the legal notice is one sentence", () => {
  expect(noLegalAdvice).toMatch(/^[A-Z][^.]*no legal advice[^.]*counsel[^.]*\.$/);
});
