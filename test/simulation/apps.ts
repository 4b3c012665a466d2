import { createDice } from "#infra/sandbox/members/dice.ts";
import type { Wall } from "./wall.ts";

/** Calls per minute of all apps of a studio, by the hour of the day. Most members look at their contract after work. */
const byHour = [
  60, 40, 40, 40, 40, 80, 250, 400, 500, 450, 400, 400, 550, 550, 450, 450, 500, 650, 800, 750, 650, 400, 200, 80,
];

/** A rush after a message to all members: minutes after the run's start, and calls per minute. */
const rush = { from: 3, to: 23, calls: 850, everyDays: 5 };

const minuteMs = 60_000;

/** Returns how many calls the apps make in the second that begins at an instant. */
export const createApps = ({ seed, wall }: { seed: number; wall: Wall }, isRush: (minute: number) => boolean) => {
  let known = { minute: Number.NaN, calls: 0 };
  const callsOf = (minute: number): number => {
    if (known.minute === minute) return known.calls;
    const usual = isRush(minute) ? rush.calls : (byHour[wall.hourAt(minute * minuteMs)] ?? 0);
    const percent = 85 + createDice(seed, minute).below(31);
    known = { minute, calls: Math.round((usual * percent) / 100) };
    return known.calls;
  };
  return (at: number): number => {
    const minute = Math.floor(at / minuteMs);
    const calls = callsOf(minute);
    const second = Math.floor((at % minuteMs) / 1000);
    return Math.floor(((second + 1) * calls) / 60) - Math.floor((second * calls) / 60);
  };
};

/** The minutes of the rushes, on the first day and every few days after it. */
export const rushesAfter = (starts: readonly number[]): ReadonlySet<number> => {
  const days = starts.filter((_, day) => day % rush.everyDays === 0);
  const length = rush.to - rush.from;
  return new Set(days.flatMap((start) => Array.from({ length }, (_, minute) => start / minuteMs + rush.from + minute)));
};
