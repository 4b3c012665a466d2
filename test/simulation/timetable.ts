import type { Day } from "#infra/sandbox/members/calendar.ts";
import type { Wall } from "./wall.ts";

/** The clocks go back within the thirty days from it. */
const firstDay: Day = "2026-10-05";
const dayMs = 86_400_000;
/** New members a day, one for so many that were there at first. */
const joinsOneIn = 1_000;

export interface Timetable {
  /** Of each run. */
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

/** Who of a studio's list is there when: members join one after the other, evenly over the days. */
export const createRoster = (members: number, { from, to, starts }: Timetable) => {
  const joining = Math.ceil((members * starts.length) / joinsOneIn);
  const stepMs = (to - from) / (joining + 1);
  return {
    total: members + joining,
    /** By place in the list; undefined: was there from the start. */
    joinedAt: (place: number): number | undefined =>
      place < members ? undefined : from + Math.ceil((place - members + 1) * stepMs),
    countAt: (instant: number): number => members + Math.min(Math.floor((instant - from) / stepMs), joining),
  };
};
