/** Times for calls, in milliseconds from now. Call `i` starts at `startInMs + i * intervalMs`, if `i < granted`. */
export interface Slots {
  readonly granted: number;
  readonly startInMs: number;
  readonly intervalMs: number;
}

/** How fast the job calls one endpoint of a studio. Times in milliseconds since the epoch. */
export interface Rhythm {
  /** The first slot that nobody has taken. */
  readonly nextAt: number;
  /** The upstream asked for no calls until then. */
  readonly pausedUntil: number;
  /** The part of the configured rate that was allowed at `changedAt`. At most 1. */
  readonly allowance: number;
  readonly changedAt: number;
}

/**
 * A Lambda sleeps no longer than this before its last call. A slot that was handed out cannot be taken back. With less, more
 * messages come back unchecked, and that costs more than the sleeping (docs/costs.md).
 */
const longestWaitMs = 8_000;

/** A minute and a second. So a call may start up to a second after its slot, and no minute has more than the rate. */
const spanMs = 61_000;

/** The allowance doubles after every ten minutes without a 429. Sooner, job and apps would reach the limit again. */
const recoveryMs = 600_000;

/** The least allowance. */
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

/** Spaces calls evenly (GCRA without a burst), so that no 60 seconds have more calls than the rate allows. */
export const takeSlots = (
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

interface Busy {
  /** How long the upstream asked the job to wait. */
  readonly seconds: number;
  /** The answer was 429: job and apps together reached the rate limit. */
  readonly isAtLimit: boolean;
  readonly now: number;
}

/** Pauses for `seconds`. If the rate limit was reached, continues at half the rate. */
export const slowDown = (known: Rhythm | undefined, { seconds, isAtLimit, now }: Busy): Rhythm => {
  const rhythm = known ?? initial(now);
  const resumeAt = now + seconds * 1000;
  // Several calls of the same moment get a 429. They count as one reason to slow down.
  const isNews = isAtLimit && now >= rhythm.pausedUntil + 1_000;
  const slower = { allowance: Math.max(allowanceAt(rhythm, now) / 2, slowest), changedAt: resumeAt };
  return {
    ...rhythm,
    nextAt: Math.max(rhythm.nextAt, resumeAt),
    pausedUntil: Math.max(rhythm.pausedUntil, resumeAt),
    ...(isNews && slower),
  };
};
