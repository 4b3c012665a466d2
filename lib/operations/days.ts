/** The day of an instant (in milliseconds since the epoch) where it is earliest, in UTC-12, as `YYYY-MM-DD`. */
export const earliestDay = (time: number): string => new Date(time - 12 * 3_600_000).toISOString().slice(0, 10);
