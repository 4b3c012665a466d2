import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runLambda } from "./lambda.ts";
import { withOther, withSection } from "./report.ts";
import type { Rounds } from "./rounds.ts";
import { missedIn, targets } from "./targets.ts";
import type { Variant } from "./variants.ts";

const lambda = async (code: string) => {
  const folder = await mkdtemp(join(tmpdir(), "bench-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const bundle = join(folder, "lambda.mjs");
  await writeFile(bundle, code);
  return (warm: number) => runLambda({ bundle, event: { text: "ä" }, environment: {}, warm });
};

const busy =
  "const busy = (ms) => { const { user } = process.cpuUsage(); while (process.cpuUsage().user - user < 1000 * ms); };";

test("the benchmark tells start, first and later invocations apart by their CPU time", async () => {
  const run = await lambda(`${busy} let calls = 0; busy(60);
    export const handler = async ({ text }) => {
      if (calls++ === 0) busy(30);
      return { statusCode: text === "ä" ? 200 : 500, body: "ö".repeat(10_000) };
    };`);
  const { init, first, total, warm, warmWalls, rss } = await run(40);
  expect(init).toBeGreaterThan(60);
  expect(first).toBeGreaterThan(30);
  expect(first).toBeLessThan(init);
  expect(total).toBeCloseTo(init + first);
  expect(warm).toBeGreaterThan(0);
  expect(warm).toBeLessThan(10);
  expect(warmWalls).toHaveLength(20);
  expect(rss).toBeGreaterThan(20e6);
});

test("the benchmark ends if a Lambda answers an error, or ends", async () => {
  const failing = await lambda("export const handler = async () => ({ statusCode: 500, body: 'no' });");
  await expect(failing(1)).rejects.toThrow(/answered 500 no/);
  const ending = await lambda("export const handler = async () => process.exit(3);");
  await expect(ending(1)).rejects.toThrow(/ended with 3/);
});

test("the check allows 15 % above each target, except for the size of a bundle", () => {
  const variants = ["read", "write"].map((name) => ({ name, bytes: { raw: 220_000 } }) as Variant);
  const measuring = (share: number): Rounds => ({
    median: (variant, name) => mostOf(variant, name) * 1e6 * share,
    ratio: (variant, name) => mostOf(variant, name) * share,
    wall: () => 0,
  });
  const mostOf = (variant: string, name: string) =>
    targets.find((each) => each.variant === variant && each.measure === name)?.most ?? 0;
  expect(missedIn(measuring(1.149), variants)).toEqual([]);
  expect(missedIn(measuring(1.151), variants)).toHaveLength(
    targets.filter(({ measure }) => measure !== "bundle").length,
  );
  const larger = variants.map((each) => ({ ...each, bytes: { ...each.bytes, raw: 220_001 } }));
  expect(missedIn(measuring(1), larger)).toEqual(["read: bundle: 220.00 KB, at most 220.00"]);
});

test("each command replaces its own section of the page and keeps what the others measured", () => {
  const page = "# Benchmarks\n\nOld text.\n";
  const loaded = withSection(page, "Under load", "first\n\n| a | b |");
  const both = withSection(withSection(loaded, "Over time", "flat"), "Under load", "second");
  expect(both).toBe("# Benchmarks\n\nOld text.\n\n## Over time\n\nflat\n\n## Under load\n\nsecond\n");
  const next = withOther("# Benchmarks\n\nNew text.\n", both);
  expect(next).toBe("# Benchmarks\n\nNew text.\n\n## Under load\n\nsecond\n\n## Over time\n\nflat\n");
});
