/** Random numbers that can be repeated. */
export interface Dice {
  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number;
  /** @throws RangeError for an empty list. */
  pick<T>(list: readonly T[]): T;
  /** True about once in `times`. */
  onceIn(times: number): boolean;
}

/** The same seed and subject give the same sequence (Mulberry32). */
export const createDice = (seed: number, subject: number): Dice => {
  let state = Math.imul(seed, 0x9e3779b1) ^ Math.imul(subject, 0x85ebca6b);
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
  return {
    below,
    pick: (list) => {
      const picked = list[below(list.length)];
      if (picked === undefined) throw new RangeError("nothing to pick from");
      return picked;
    },
    onceIn: (count) => below(count) === 0,
  };
};
