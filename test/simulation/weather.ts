import type { Dice } from "#infra/sandbox/members/dice.ts";

/** `overloaded`: most requests get 503. `down`: every request gets 500. */
interface Spell {
  readonly kind: "overloaded" | "down";
  readonly from: number;
  readonly to: number;
}

const minuteMs = 60_000;
const spellsADay = 4;

/** Spells of overload within the hours after each run's start, and one morning an outage of 45 minutes. */
const spellsOf = (starts: readonly number[], dice: Dice): readonly Spell[] =>
  starts.flatMap((start, day) => {
    const overloads = Array.from({ length: spellsADay }, (_, place): Spell => {
      const from = start + dice.below(20 * 4 ** place) * minuteMs + dice.below(minuteMs);
      return { kind: "overloaded", from, to: from + 10_000 + dice.below(110_000) };
    });
    const outage: Spell = { kind: "down", from: start + 30_000, to: start + 45 * minuteMs };
    return day === Math.floor(starts.length / 2) ? [...overloads, outage] : overloads;
  });

/** Returns the upstream's weather at an instant. */
export const createWeather = (starts: readonly number[], dice: Dice) => {
  const spells = spellsOf(starts, dice).toSorted((a, b) => a.from - b.from);
  let first = 0;
  return (at: number): Spell["kind"] | undefined => {
    while ((spells[first]?.to ?? Number.POSITIVE_INFINITY) <= at) first += 1;
    for (let place = first; place < spells.length; place++) {
      const spell = spells[place];
      if (spell === undefined || spell.from > at) return undefined;
      if (at < spell.to) return spell.kind;
    }
    return undefined;
  };
};
