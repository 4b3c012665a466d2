/** A day of the Gregorian calendar, `YYYY-MM-DD`, without a time zone. Days compare as text. */
export type Day = string;

export interface Span {
  readonly value: number;
  readonly unit: "DAY" | "WEEK" | "MONTH" | "YEAR";
}

const monthsIn = { DAY: 0, WEEK: 0, MONTH: 1, YEAR: 12 };
const daysIn = { DAY: 1, WEEK: 7, MONTH: 0, YEAR: 0 };

const total = (spans: readonly Span[], unitSize: Record<Span["unit"], number>): number =>
  spans.reduce((sum, { value, unit }) => sum + value * unitSize[unit], 0);

/** The day in UTC. */
export const dayOf = (instant: Date): Day => instant.toISOString().slice(0, 10);

export const times = ({ value, unit }: Span, factor: number): Span => ({ value: value * factor, unit });

export const days = (value: number): Span => ({ value, unit: "DAY" });

/**
 * Adds the spans together: first all months, limited to the end of the month once (Jan 31 + 1 month = Feb 28), then all
 * days.
 */
export const plus = (day: Day, ...spans: readonly Span[]): Day => {
  const from = new Date(`${day}T00:00:00Z`);
  const year = from.getUTCFullYear();
  const month = from.getUTCMonth() + total(spans, monthsIn);
  const daysOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const date = Math.min(from.getUTCDate(), daysOfMonth);
  return dayOf(new Date(Date.UTC(year, month, date + total(spans, daysIn))));
};

export const minus = (day: Day, ...spans: readonly Span[]): Day => plus(day, ...spans.map((span) => times(span, -1)));
