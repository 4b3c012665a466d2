import type { Slots } from "./effects.ts";

/** What is kept of a studio's endpoint. Times in milliseconds since the epoch. */
export interface Rhythm {
  /** The first slot that nobody has. */
  readonly nextAt: number;
  /** Calls a minute at `changedAt`; at most the configured rate. */
  readonly allowance: number;
  readonly changedAt: number;
}

/** A Lambda does not sleep longer for its last slot. */
const longestWaitMs = 10_000;

/** Never slower than this part of the configured rate. */
const slowest = 1 / 16;

/** The allowance doubles with each minute without trouble. */
const allowanceAt = ({ allowance, changedAt }: Rhythm, ratePerMinute: number, now: number): number => {
  const minutes = Math.max(Math.floor((now - changedAt) / 60_000), 0);
  return Math.min(allowance * 2 ** Math.min(minutes, 10), ratePerMinute);
};

const initial = (ratePerMinute: number, now: number): Rhythm => ({
  nextAt: now,
  allowance: ratePerMinute,
  changedAt: now,
});

/** Spaces calls evenly (GCRA without a burst): in no minute are there more than the rate, wherever it begins. */
export const take = (
  known: Rhythm | undefined,
  { count, ratePerMinute, now }: { count: number; ratePerMinute: number; now: number },
): { readonly slots: Slots; readonly rhythm: Rhythm } => {
  const rhythm = known ?? initial(ratePerMinute, now);
  const intervalMs = 60_000 / allowanceAt(rhythm, ratePerMinute, now);
  const startAt = Math.max(rhythm.nextAt, now);
  const startInMs = startAt - now;
  const fitting = startInMs > longestWaitMs ? 0 : Math.floor((longestWaitMs - startInMs) / intervalMs) + 1;
  const granted = Math.min(count, fitting);
  return { slots: { granted, startInMs, intervalMs }, rhythm: { ...rhythm, nextAt: startAt + granted * intervalMs } };
};

interface Asked {
  /** For how long the upstream wants to be left alone. */
  readonly seconds: number;
  /** The limit of calls was reached (429), which the job shares with the apps. */
  readonly isAtLimit: boolean;
  readonly ratePerMinute: number;
  readonly now: number;
}

/** Nothing for so long; after the limit was reached, then half of what was. */
export const yielded = (known: Rhythm | undefined, { seconds, isAtLimit, ratePerMinute, now }: Asked): Rhythm => {
  const rhythm = known ?? initial(ratePerMinute, now);
  const resumeAt = now + seconds * 1000;
  // Several calls of one moment get the same answer: that is one reason to slow down, not several.
  const isNews = isAtLimit && rhythm.nextAt < resumeAt - 1_000;
  const allowance = allowanceAt(rhythm, ratePerMinute, now) / (isNews ? 2 : 1);
  return {
    nextAt: Math.max(rhythm.nextAt, resumeAt),
    allowance: Math.max(allowance, ratePerMinute * slowest),
    changedAt: isNews ? resumeAt : rhythm.changedAt,
  };
};
