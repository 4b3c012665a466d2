import * as z from "zod/mini";
import { about } from "./about.ts";
import { isBirthplace, isHome } from "./countries.ts";
import { compact, foreignLetters, isPlain, isVisible, tidy } from "./text.ts";

const largestInt64 = 2n ** 63n - 1n;

/** Says what is wrong: the value is missing, or what it must be instead. */
const wants = (text: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined || input === null ? "is required" : text),
});

/** An int64 id in a path. It stays a string, because a number beyond 2^53 would lose its last digits. */
export const pathId = about(
  z.string().check(
    z.regex(/^[1-9][0-9]{0,18}$/, {
      error: "must be a positive whole number in digits, without leading zeros",
      abort: true,
    }),
    z.refine((digits) => BigInt(digits) <= largestInt64, "must not be larger than 9223372036854775807"),
  ),
  { format: "int64", example: "1000" },
);

export const customerId = about(pathId, { description: "The member, by the upstream's customer id" });

/** An int64 in JSON, as `parseJson` reads it: a number if that is exact, otherwise a bigint. */
const int64 = (least: bigint, error: string) =>
  z.custom<number | bigint>(
    (value) =>
      (typeof value === "bigint" || Number.isSafeInteger(value)) &&
      BigInt(value as number | bigint) >= least &&
      BigInt(value as number | bigint) <= largestInt64,
    wants(error),
  );

/** A positive int64 id in a request body. */
export const bodyId = about(
  int64(1n, "must be a positive whole number of at most 9223372036854775807, not in quotes"),
  {
    type: "integer",
    format: "int64",
  },
);

/** An int64 id in an answer. It may be 0, as in the reference's examples. */
export const answerId = about(int64(-largestInt64, "must be an int64"), { type: "integer", format: "int64" });

const wantsDate = wants("must be a real calendar date written YYYY-MM-DD");

/** A real day of the Gregorian calendar, `YYYY-MM-DD` (ISO 8601). */
export const calendarDate = about(z.iso.date(wantsDate), { example: "2027-01-31" });

/** A calendar date in a request. Invisible characters, which come along when a person pastes a date, are removed. */
export const wantedDate = about(
  z.string(wantsDate).check(z.overwrite(tidy), z.regex(z.regexes.date, { ...wantsDate, abort: true })),
  { example: "2027-01-31" },
);

/** Today in the time zone where a day begins first, UTC+14. */
const latestToday = (): string => new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10);

export const birthDate = wantedDate.check(z.refine((day) => day <= latestToday(), "must not be after today"));

const code = z.string().check(z.overwrite(compact), z.refine(isPlain, { error: foreignLetters, abort: true }));

/** Where a person lives: two letters. See countries.ts for the codes that are not ISO 3166-1's. */
export const countryCode = about(
  code.check(z.refine(isHome, "must be the two-letter code of a country of today, such as DE for Germany")),
  { example: "DE" },
);

/** Where a person was born. That country may no longer exist. Empty text: not known. */
export const birthCountryCode = about(
  code.check(
    z.refine(
      (text) => text === "" || isBirthplace(text),
      "must be the two-letter code of a country, such as DE for Germany",
    ),
  ),
  { example: "DE" },
);

/**
 * One line of text that a person types or pastes, tidied. It may be empty. The upstream documents no limit: ours is
 * longer than any name, and short enough because normalizing many combining marks is slow.
 */
export const line = z.string().check(
  z.maxLength(4000, { error: "must not be longer than 4000 characters", abort: true }),
  z.overwrite(tidy),
  z.refine((text) => text.isWellFormed(), { error: "has half a character in it (a lone surrogate)", abort: true }),
  z.refine((text) => !text.includes("\n"), { error: "must be one line, without a line break in it", abort: true }),
  z.refine((text) => !/\p{Cc}/u.test(text), { error: "must not contain control characters", abort: true }),
);

/** A line with at least one visible character. People with a single name may send a dash for the other. */
export const filledLine = line.check(z.refine(isVisible, "must not be empty"));

/** A field that may be left out. `null` means the same, as reads show it for a missing value. */
export const orNone = <Field extends z.ZodMiniType>(field: Field) =>
  z.nullish(field).check(z.overwrite((value) => value ?? undefined));

export const money = about(
  z.looseObject({
    amount: about(z.number(), { description: "In units of the currency, not in cents", example: 19.9 }),
    currency: about(z.string(), { description: "ISO 4217", example: "EUR" }),
  }),
  { description: "An amount of money" },
);

/** Enum values and units of time as the upstream spells them. */
export const periodUnit = z.enum(["DAY", "WEEK", "MONTH", "YEAR"]);
