import type { Day } from "#infra/sandbox/members/calendar.ts";
import type { Wall } from "./wall.ts";

/** In the thirty days after it, the clocks go back one hour. */
const firstDay: Day = "2026-10-05";
const dayMs = 86_400_000;
/** Each day, one new member joins for this many members at the start. */
const joinsOneIn = 1_000;

export interface Timetable {
  /** The start of each run. */
  readonly starts: readonly number[];
  readonly from: number;
  /** When the run after the last one would start. */
  readonly to: number;
  readonly firstDay: Day;
  readonly lastDay: Day;
}

export const createTimetable = ({ days, startHour }: { days: number; startHour: number }, wall: Wall): Timetable => {
  const startOf = (day: number): number => {
    const noon = Date.parse(`${firstDay}T12:00:00Z`) + day * dayMs;
    return wall.instantOf(wall.dayAt(noon), startHour);
  };
  const starts = Array.from({ length: days }, (_, day) => startOf(day));
  return { starts, from: startOf(0), to: startOf(days), firstDay, lastDay: wall.dayAt(startOf(days - 1)) };
};

/** Which members a studio's list has at a time. Members join one after the other, evenly over the days. */
export const createRoster = (members: number, { from, to, starts }: Timetable) => {
  const joining = Math.ceil((members * starts.length) / joinsOneIn);
  const stepMs = (to - from) / (joining + 1);
  return {
    total: members + joining,
    /** When a member joined, by place in the list. Undefined: before the start. */
    joinedAt: (place: number): number | undefined =>
      place < members ? undefined : from + Math.ceil((place - members + 1) * stepMs),
    countAt: (instant: number): number => members + Math.min(Math.floor((instant - from) / stepMs), joining),
  };
};
