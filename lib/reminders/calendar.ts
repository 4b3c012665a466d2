/** A day of the Gregorian calendar, `YYYY-MM-DD`, without a time zone. Days compare as text. */
export type Day = string;

const dayMs = 86_400_000;

/** A day has no time, so its midnight in UTC stands for it: no clock change can make it longer or shorter. */
const midnight = (day: Day): number => Date.parse(`${day}T00:00:00Z`);

/** Making one takes longer than all the rest of a message's work. */
const formats = new Map<string, Intl.DateTimeFormat>();

const formatIn = (timeZone: string): Intl.DateTimeFormat => {
  const days = { timeZone, year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", days);
  formats.set(timeZone, format);
  return format;
};

/** What the calendar on a wall in an IANA time zone shows at an instant in ms. Throws a RangeError for an unknown zone. */
export const dayIn = (timeZone: string, instant: number): Day => {
  const parts = new Map(
    formatIn(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.get("year")?.padStart(4, "0")}-${parts.get("month")}-${parts.get("day")}`;
};

/** `days` may be negative. */
export const addDays = (day: Day, days: number): Day =>
  new Date(midnight(day) + days * dayMs).toISOString().slice(0, 10);

/** Whole days; negative when `to` is the earlier one. */
export const daysBetween = (from: Day, to: Day): number => (midnight(to) - midnight(from)) / dayMs;
