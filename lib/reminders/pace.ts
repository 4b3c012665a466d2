import type { Slots } from "./effects.ts";

/** What is kept of a studio's endpoint. Times in milliseconds since the epoch. */
export interface Rhythm {
  /** The first slot that nobody has. */
  readonly nextAt: number;
  /** Until then the upstream wants to be left alone. */
  readonly pausedUntil: number;
  /** The part of the configured rate that was allowed at `changedAt`, at most 1. */
  readonly allowance: number;
  readonly changedAt: number;
}

/** A Lambda does not sleep longer for its last slot: what is handed out cannot yield any more. */
const longestWaitMs = 4_000;

/** A minute and a second: a call may leave up to a second after its slot, and no minute holds more than the rate. */
const spanMs = 61_000;

/** The allowance doubles with every ten minutes without trouble; sooner, the job would meet the apps at the limit again. */
const recoveryMs = 600_000;

/** Never slower than this part of the configured rate. */
const slowest = 1 / 16;

const allowanceAt = ({ allowance, changedAt }: Rhythm, now: number): number => {
  const recoveries = Math.max(Math.floor((now - changedAt) / recoveryMs), 0);
  return Math.min(allowance * 2 ** Math.min(recoveries, 10), 1);
};

const initial = (now: number): Rhythm => ({
  nextAt: now,
  pausedUntil: 0,
  allowance: 1,
  changedAt: now,
});

/** Spaces calls evenly (GCRA without a burst): in no minute are there more than the rate, wherever it begins. */
export const take = (
  known: Rhythm | undefined,
  { count, ratePerMinute, now }: { count: number; ratePerMinute: number; now: number },
): { readonly slots: Slots; readonly rhythm: Rhythm } => {
  const rhythm = known ?? initial(now);
  const intervalMs = spanMs / (ratePerMinute * allowanceAt(rhythm, now));
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
  readonly now: number;
}

/** Nothing for so long; after the limit was reached, then half of what was. */
export const yielded = (known: Rhythm | undefined, { seconds, isAtLimit, now }: Asked): Rhythm => {
  const rhythm = known ?? initial(now);
  const resumeAt = now + seconds * 1000;
  // Several calls of one moment get the same answer: that is one reason to slow down, not several.
  const isNews = isAtLimit && now >= rhythm.pausedUntil + 1_000;
  const slower = { allowance: Math.max(allowanceAt(rhythm, now) / 2, slowest), changedAt: resumeAt };
  return {
    ...rhythm,
    nextAt: Math.max(rhythm.nextAt, resumeAt),
    pausedUntil: Math.max(rhythm.pausedUntil, resumeAt),
    ...(isNews && slower),
  };
};
