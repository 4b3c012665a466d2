import type { Rounds } from "./rounds.ts";
import type { Variant } from "./variants.ts";

/** What the gateway's own Lambdas may cost. Ratios are to `bare` in the same round. */
interface Target {
  readonly variant: "read" | "write";
  readonly what: string;
  readonly most: number;
  readonly unit: "times bare" | "MB" | "KB";
  readonly found: (rounds: Rounds, variant: Variant) => number;
}

export const targets: readonly Target[] = [
  ratio("read", "CPU of start and first invocation", 1.1, "total"),
  ratio("read", "CPU of the first invocation", 0.18, "first"),
  ratio("write", "CPU of start and first invocation", 1.35, "total"),
  ratio("read", "CPU of a warm invocation", 1, "warm"),
  memory("read", 75),
  memory("write", 95),
  size("read", 220),
  size("write", 290),
];

function ratio(variant: Target["variant"], what: string, most: number, name: "total" | "first" | "warm"): Target {
  return { variant, what, most, unit: "times bare", found: (rounds) => rounds.ratio(variant, name) };
}

function memory(variant: Target["variant"], most: number): Target {
  return {
    variant,
    what: "memory after 200 invocations",
    most,
    unit: "MB",
    found: (rounds) => rounds.median(variant, "rss") / 1e6,
  };
}

function size(variant: Target["variant"], most: number): Target {
  return { variant, what: "bundle", most, unit: "KB", found: (_, { bytes }) => bytes.raw / 1_000 };
}

/** A noisy machine may measure this much above a target. A bundle's size has no noise. */
export const slack = 1.15;

/** The targets that are missed by more than the slack, in words. */
export const missedIn = (rounds: Rounds, variants: readonly Variant[]): readonly string[] =>
  targets.flatMap(({ variant, what, most, unit, found }) => {
    const own = variants.find(({ name }) => name === variant);
    if (!own) throw new RangeError(`no variant ${variant}`);
    const value = found(rounds, own);
    const limit = unit === "KB" ? most : most * slack;
    return value <= limit ? [] : [`${variant}: ${what}: ${value.toFixed(2)} ${unit}, at most ${limit.toFixed(2)}`];
  });
