import * as z from "zod";
import { isBirthplace, isHome } from "./countries.ts";
import { compact, foreignLetters, isPlain, isVisible, tidy } from "./text.ts";

const largestInt64 = 2n ** 63n - 1n;

/** Says what is wrong: the value is missing, or what it must be instead. */
const wants = (text: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined || input === null ? "is required" : text),
});

/** An int64 id in a path. It stays a string, because a number beyond 2^53 would lose its last digits. */
export const pathId = z
  .string()
  .regex(/^[1-9][0-9]{0,18}$/, {
    error: "must be a positive whole number in digits, without leading zeros",
    abort: true,
  })
  .refine((digits) => BigInt(digits) <= largestInt64, "must not be larger than 9223372036854775807")
  .meta({ format: "int64", example: "1000" });

export const customerId = pathId.meta({ description: "The member, by the upstream's customer id" });

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
export const bodyId = int64(1n, "must be a positive whole number of at most 9223372036854775807, not in quotes").meta({
  type: "integer",
  format: "int64",
});

/** An int64 id in an answer. It may be 0, as in the reference's examples. */
export const answerId = int64(-largestInt64, "must be an int64").meta({ type: "integer", format: "int64" });

const wantsDate = wants("must be a real calendar date written YYYY-MM-DD");

/** A real day of the Gregorian calendar, `YYYY-MM-DD` (ISO 8601). */
export const calendarDate = z.iso.date(wantsDate).meta({ example: "2027-01-31" });

/** A calendar date in a request. Invisible characters, which come along when a person pastes a date, are removed. */
export const wantedDate = z
  .string(wantsDate)
  .overwrite(tidy)
  .regex(z.regexes.date, { ...wantsDate, abort: true })
  .meta({ example: "2027-01-31" });

/** Today in the time zone where a day begins first, UTC+14. */
const latestToday = (): string => new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10);

export const birthDate = wantedDate.refine((day) => day <= latestToday(), "must not be after today");

const code = z.string().overwrite(compact).refine(isPlain, { error: foreignLetters, abort: true });

/** Where a person lives: two letters. See countries.ts for the codes that are not ISO 3166-1's. */
export const countryCode = code
  .refine(isHome, "must be the two-letter code of a country of today, such as DE for Germany")
  .meta({ example: "DE" });

/** Where a person was born. That country may no longer exist. Empty text: not known. */
export const birthCountryCode = code
  .refine(
    (text) => text === "" || isBirthplace(text),
    "must be the two-letter code of a country, such as DE for Germany",
  )
  .meta({ example: "DE" });

/**
 * One line of text that a person types or pastes, tidied. It may be empty. The upstream documents no limit: ours is
 * longer than any name, and short enough because normalizing many combining marks is slow.
 */
export const line = z
  .string()
  .max(4000, { error: "must not be longer than 4000 characters", abort: true })
  .overwrite(tidy)
  .refine((text) => text.isWellFormed(), { error: "has half a character in it (a lone surrogate)", abort: true })
  .refine((text) => !text.includes("\n"), { error: "must be one line, without a line break in it", abort: true })
  .refine((text) => !/\p{Cc}/u.test(text), { error: "must not contain control characters", abort: true });

/** A line with at least one visible character. People with a single name may send a dash for the other. */
export const filledLine = line.refine(isVisible, "must not be empty");

/** A field that may be left out. `null` means the same, as reads show it for a missing value. */
export const orNone = <Field extends z.ZodType>(field: Field) =>
  field.nullish().overwrite((value) => value ?? undefined);

export const money = z
  .looseObject({
    amount: z.number().meta({ description: "In units of the currency, not in cents", example: 19.9 }),
    currency: z.string().meta({ description: "ISO 4217", example: "EUR" }),
  })
  .meta({ description: "An amount of money" });

/** Enum values and units of time as the upstream spells them. */
export const periodUnit = z.enum(["DAY", "WEEK", "MONTH", "YEAR"]);
