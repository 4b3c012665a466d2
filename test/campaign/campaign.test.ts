import { beforeAll, describe, expect, test } from "vitest";
import { allEffects, type Effect } from "./faults.ts";
import { planRun } from "./plan.ts";
import { describeRun, figures, settledAtOnce } from "./report.ts";
import { type Outcome, runCampaign } from "./runs.ts";

/** Seeds that are the same each time; `npm run campaign` takes one that nobody has tried. */
const series = [
  { seed: 1, from: 0, runs: 30 },
  { seed: 59, from: 30, runs: 30 },
].flatMap(({ seed, from, runs }) => Array.from({ length: runs }, (_, place) => ({ seed, run: from + place })));

/** Such as `kill`, `service refused`, `upstream reset`. */
const kindOf = (effect: Effect): string => {
  if ("kill" in effect) return `kill ${effect.kill}`;
  if ("service" in effect) return `service ${effect.service}`;
  return "upstream" in effect ? `upstream ${effect.upstream.kind}` : "rotate";
};

describe("the campaign", () => {
  let outcomes: readonly Outcome[] = [];
  beforeAll(async () => {
    outcomes = await runCampaign({ series, lanes: 20 });
  }, 120_000);

  test("finds nothing that callers were not told, or told wrongly", () => {
    const failed = outcomes.filter(({ violations }) => violations.length > 0);
    expect(failed.map(describeRun).join("\n"), figures(outcomes, 1)).toBe("");
    expect(outcomes).toHaveLength(series.length);
  });

  test("sees doubt settled by reading, before the caller is answered", () => {
    expect(outcomes.map(settledAtOnce).reduce((sum, count) => sum + count)).toBeGreaterThan(0);
  });

  test("lets everything go wrong, at every point", () => {
    const names = new Set(outcomes.flatMap(({ history }) => history.injected));
    const injected = allEffects.filter(({ name }) => names.has(name));
    const seen = new Set(injected.flatMap(({ point, effect }) => [point, kindOf(effect)]));
    expect(seen).toEqual(new Set(allEffects.flatMap(({ point, effect }) => [point, kindOf(effect)])));
  });
});

test("a seed makes the same plans again", () => {
  expect(planRun(123, 4)).toEqual(planRun(123, 4));
  expect(planRun(123, 4)).not.toEqual(planRun(124, 4));
});
