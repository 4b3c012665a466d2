import { iso31661Alpha2ToAlpha3 } from "iso-3166";
import * as z from "zod";

const largestInt64 = 2n ** 63n - 1n;

/** Says what is wanted, or that nothing was given. */
const wants = (text: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? "is required" : text),
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

/** A real day of the Gregorian calendar, `YYYY-MM-DD` (ISO 8601). */
export const calendarDate = z.iso
  .date(wants("must be a real calendar date written YYYY-MM-DD"))
  .meta({ example: "2027-01-31" });

/** ISO 3166-1 alpha-2, upper case, officially assigned codes only. */
export const countryCode = z
  .string()
  .refine(
    (code) => Object.hasOwn(iso31661Alpha2ToAlpha3, code),
    "must be an ISO 3166-1 alpha-2 country code such as DE",
  )
  .meta({ example: "DE" });

/** One line of text as a person would type it; may be empty. */
export const line = z
  .string()
  .max(255, "must not be longer than 255 characters")
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "must not contain control characters");

/** A line that says something. */
export const filledLine = line.refine((text) => /[\p{L}\p{N}]/u.test(text), "must have a letter or a digit in it");

export const money = z
  .looseObject({
    amount: z.number().meta({ description: "In units of the currency, not in cents", example: 19.9 }),
    currency: z.string().meta({ description: "ISO 4217", example: "EUR" }),
  })
  .meta({ description: "An amount of money" });

/** Enum values and units of time as the upstream spells them. */
export const periodUnit = z.enum(["DAY", "WEEK", "MONTH", "YEAR"]);
