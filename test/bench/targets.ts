import type { Rounds } from "./rounds.ts";
import type { Variant } from "./variants.ts";

/** What the gateway's own Lambdas may cost. Ratios are to `bare` in the same round. */
export interface Target {
  readonly variant: "read" | "write";
  readonly measure: keyof typeof measures;
  readonly most: number;
}

/** What a target is about, in which unit, and how it is found. */
const measures = {
  total: { what: "CPU of start and first invocation", unit: "times bare", found: ratio("total") },
  first: { what: "CPU of the first invocation", unit: "times bare", found: ratio("first") },
  warm: { what: "CPU of a warm invocation", unit: "times bare", found: ratio("warm") },
  rss: {
    what: "memory after 200 invocations",
    unit: "MB",
    found: (rounds: Rounds, { name }: Variant) => rounds.median(name, "rss") / 1e6,
  },
  bundle: { what: "bundle", unit: "KB", found: (_: Rounds, { bytes }: Variant) => bytes.raw / 1_000 },
} as const;

export const targets: readonly Target[] = [
  { variant: "read", measure: "total", most: 1.1 },
  { variant: "read", measure: "first", most: 0.18 },
  { variant: "write", measure: "total", most: 1.35 },
  { variant: "read", measure: "warm", most: 1 },
  { variant: "read", measure: "rss", most: 75 },
  { variant: "write", measure: "rss", most: 95 },
  { variant: "read", measure: "bundle", most: 220 },
  { variant: "write", measure: "bundle", most: 290 },
];

function ratio(name: "total" | "first" | "warm") {
  return (rounds: Rounds, variant: Variant) => rounds.ratio(variant.name, name);
}

/** A target beside what was measured. */
export const measuredBy = ({ variant, measure, most }: Target, rounds: Rounds, variants: readonly Variant[]) => {
  const { what, unit, found } = measures[measure];
  const own = variants.find(({ name }) => name === variant);
  if (!own) throw new RangeError(`no variant ${variant}`);
  return { what: `${variant}: ${what}`, unit, most, value: found(rounds, own) };
};

/** A noisy machine may measure this much above a target. A bundle's size has no noise. */
const slack = 1.15;

/** The targets that are missed by more than the slack, in words. */
export const missedIn = (rounds: Rounds, variants: readonly Variant[]): readonly string[] =>
  targets.flatMap((target) => {
    const { what, unit, most, value } = measuredBy(target, rounds, variants);
    const limit = unit === "KB" ? most : most * slack;
    return value <= limit ? [] : [`${what}: ${value.toFixed(2)} ${unit}, at most ${limit.toFixed(2)}`];
  });
