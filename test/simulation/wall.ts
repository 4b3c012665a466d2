import type { Day } from "#infra/sandbox/members/calendar.ts";

const hourMs = 3_600_000;

/** The local time and date in a time zone. */
export interface Wall {
  readonly dayAt: (instant: number) => Day;
  /** `HH:MM` */
  readonly timeAt: (instant: number) => string;
  readonly hourAt: (instant: number) => number;
  /** The instant at which clocks show this hour of the day. */
  readonly instantOf: (day: Day, hour: number) => number;
}

export const createWall = (timeZone: string): Wall => {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  const hours = new Map<number, string>();
  /** Date and time at the start of the instant's hour. In these zones, clocks never change in the middle of an hour. */
  const shown = (instant: number): string => {
    const hour = Math.floor(instant / hourMs);
    const text = hours.get(hour) ?? format.format(hour * hourMs);
    hours.set(hour, text);
    return text;
  };
  const hourAt = (instant: number): number => Number(shown(instant).slice(11, 13));
  const dayAt = (instant: number): Day => shown(instant).slice(0, 10);
  return {
    dayAt,
    hourAt,
    timeAt: (instant) => format.format(instant).slice(11),
    instantOf: (day, hour) => {
      const utc = Date.parse(`${day}T00:00:00Z`) + hour * hourMs;
      const shift = [-2, -1, 0, 1, 2].find((each) => {
        const instant = utc + each * hourMs;
        return dayAt(instant) === day && hourAt(instant) === hour;
      });
      if (shift === undefined) throw new RangeError(`no ${hour} o'clock on ${day} in ${timeZone}`);
      return utc + shift * hourMs;
    },
  };
};
