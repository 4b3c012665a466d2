import { expect } from "vitest";
import * as z from "zod";
import { inGerman } from "#lib/problems/german.ts";
import { type ProblemCode, problemTypes } from "#lib/problems/types.ts";

const problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  errors: z.array(z.object({ detail: z.string() })).default([]),
});

const isCode = (code: string): code is ProblemCode => Object.hasOwn(problemTypes, code);

/** Codes whose `detail` is the studio's system's own text. */
const inForeignWords = ["upstream-refused", "upstream-forbidden", "amendment-pending"];

/** Fails unless a problem is one of the list, its texts have a German version, and their language is told truly. */
export const expectListed = (given: unknown, headers: Readonly<Record<string, string>>): void => {
  const { type, title, status, detail, code, errors } = problem.parse(given);
  const { [code]: listed } = Object.fromEntries(Object.entries(problemTypes));
  if (!isCode(code) || !listed) throw new Error(`${code} is not listed in lib/problems/types.ts`);
  const language = headers["content-language"];
  expect({ type, title }).toEqual({
    type: `/docs/problems#${code}`,
    title: expect.toBeOneOf(Object.values(listed.title)),
  });
  if (listed.status !== "4xx") expect(status).toBe(listed.status);
  expect(language).toEqual(inForeignWords.includes(code) ? undefined : expect.toBeOneOf(["en", "de"]));
  if (language !== "en") return;
  const texts = [
    ...errors.map((each) => each.detail),
    ...(code === "forbidden" && detail !== listed.detail.en ? [detail] : []),
  ];
  expect(texts.filter((text) => inGerman(text) === undefined)).toEqual([]);
};
