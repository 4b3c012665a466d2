import * as z from "zod";
import { isBirthplace, isHome } from "./countries.ts";
import { compact, foreignLetters, isPlain, isVisible, tidy } from "./text.ts";

const largestInt64 = 2n ** 63n - 1n;

/** Says what is wanted, or that nothing was given. */
const wants = (text: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined || input === null ? "is required" : text),
});

/** An int64 id in a path: its digits, kept as a string so that no id beyond 2^53 loses its end. */
export const pathId = z
  .string()
  .regex(/^[1-9][0-9]{0,18}$/, {
    error: "must be a positive whole number in digits, without leading zeros",
    abort: true,
  })
  .refine((digits) => BigInt(digits) <= largestInt64, "must not be larger than 9223372036854775807")
  .meta({ format: "int64", example: "1000" });

export const customerId = pathId.meta({ description: "The member, by the upstream's customer id" });

/** An int64 in JSON, as `parseJson` reads it: a number while that is exact, a bigint beyond. */
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

/** An int64 id in an answer; the reference's own examples hold 0. */
export const answerId = int64(-largestInt64, "must be an int64").meta({ type: "integer", format: "int64" });

const wantsDate = wants("must be a real calendar date written YYYY-MM-DD");

/** A real day of the Gregorian calendar, `YYYY-MM-DD` (ISO 8601). */
export const calendarDate = z.iso.date(wantsDate).meta({ example: "2027-01-31" });

/** The same in a request, where invisible characters may have been pasted along. */
export const wantedDate = z
  .string(wantsDate)
  .overwrite(tidy)
  .regex(z.regexes.date, { ...wantsDate, abort: true })
  .meta({ example: "2027-01-31" });

/** Today where it is latest, in UTC+14. */
const latestToday = (): string => new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10);

export const birthDate = wantedDate.refine((day) => day <= latestToday(), "must not be after today");

const code = z.string().overwrite(compact).refine(isPlain, { error: foreignLetters, abort: true });

/** Where a person lives: two letters. See countries.ts for the codes that are not ISO 3166-1's. */
export const countryCode = code
  .refine(isHome, "must be the two-letter code of a country of today, such as DE for Germany")
  .meta({ example: "DE" });

/** Where a person was born; that country may be gone. Empty text names none. */
export const birthCountryCode = code
  .refine(
    (text) => text === "" || isBirthplace(text),
    "must be the two-letter code of a country, such as DE for Germany",
  )
  .meta({ example: "DE" });

/**
 * One line of text as a person types or pastes it, tidied; may be empty. The upstream names no longest length: ours is
 * longer than any name, and short enough for Unicode's rules, which are slow on endless combining marks.
 */
export const line = z
  .string()
  .max(4000, { error: "must not be longer than 4000 characters", abort: true })
  .overwrite(tidy)
  .refine((text) => text.isWellFormed(), { error: "has half a character in it (a lone surrogate)", abort: true })
  .refine((text) => !text.includes("\n"), { error: "must be one line, without a line break in it", abort: true })
  .refine((text) => !/\p{Cc}/u.test(text), { error: "must not contain control characters", abort: true });

/** A line that shows something, if only the dash of somebody who has one name. */
export const filledLine = line.refine(isVisible, "must not be empty");

/** A field that may be left out. `null`, as a read shows it where there is nothing, is the same. */
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
