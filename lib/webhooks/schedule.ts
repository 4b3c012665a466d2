const [minute, hour] = [60, 3_600];

/** Pauses in seconds between tries, the example schedule of Standard Webhooks 1.0.0. The first try is at once. */
const pauses = [5, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];

/** When each try is due, in seconds since the message was sent. */
const dueAfter = [0, ...pauses].map((_, place) => pauses.slice(0, place).reduce((sum, pause) => sum + pause, 0));

/** The time from the first try to the last, in seconds. */
export const lastTryAfterSeconds = dueAfter.at(-1) ?? 0;

/** SQS hides a message for at most 12 hours, counted from its receipt. A try takes less than this minute. */
const longestHiddenSeconds = 12 * hour - minute;

/**
 * What to do with a message that was received after `waited` seconds. SQS keeps no state of ours, so the place in the
 * schedule follows from the time. In a pause of more than 12 hours the message comes back on the way: then no try is due.
 * `isFirst`: it was never received before, however long it waited.
 */
export const placeOf = (waited: number, isFirst: boolean): { readonly attempt: number; readonly isDue: boolean } => {
  if (isFirst) return { attempt: 1, isDue: true };
  const place = Math.max(
    dueAfter.findLastIndex((due) => due <= waited),
    0,
  );
  const since = waited - (dueAfter[place] ?? 0);
  return {
    attempt: place + 1,
    isDue: place === dueAfter.length - 1 || since < longestHiddenSeconds,
  };
};

interface Wait {
  /** The try that failed, or the last one before a message that is not due. */
  readonly attempt: number;
  /** Seconds since the message was sent. */
  readonly waited: number;
  /** What the endpoint asks for, if it does. */
  readonly retryAfterSeconds?: number | undefined;
  /** From 0 to 1. Spreads the tries over a tenth of the pause. */
  readonly random: number;
}

/** For how many seconds to hide a message until its next try. Undefined after the last one. */
export const pauseAfter = ({ attempt, waited, retryAfterSeconds = 0, random }: Wait): number | undefined => {
  const [pause, due] = [pauses[attempt - 1], dueAfter[attempt]];
  if (pause === undefined || due === undefined) return undefined;
  const wanted = Math.max(due - waited, 5, retryAfterSeconds) + (pause * random) / 10;
  return Math.min(Math.ceil(wanted), longestHiddenSeconds);
};
