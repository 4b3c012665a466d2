/** A day of the Gregorian calendar, `YYYY-MM-DD`, without a time zone. Days compare as text. */
export type Day = string;

const dayMs = 86_400_000;

/** Midnight of the day in UTC, in ms. UTC has no clock changes, so all days are equally long. */
const midnight = (day: Day): number => Date.parse(`${day}T00:00:00Z`);

/** By time zone. Making a format takes longer than all other work on a message. */
const formats = new Map<string, Intl.DateTimeFormat>();

const formatIn = (timeZone: string): Intl.DateTimeFormat => {
  const days = { timeZone, year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", days);
  formats.set(timeZone, format);
  return format;
};

/** The date in an IANA time zone at an instant, in ms since the epoch. @throws RangeError for an unknown zone */
export const dayIn = (timeZone: string, instant: number): Day => {
  const parts = new Map(
    formatIn(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.get("year")?.padStart(4, "0")}-${parts.get("month")}-${parts.get("day")}`;
};

/** The day that is so many days later, or earlier if `days` is negative. */
export const addDays = (day: Day, days: number): Day =>
  new Date(midnight(day) + days * dayMs).toISOString().slice(0, 10);

/** Whole days. Negative if `to` is before `from`. */
export const daysBetween = (from: Day, to: Day): number => (midnight(to) - midnight(from)) / dayMs;
