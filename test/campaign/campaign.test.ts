import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { planRun } from "./plan.ts";

const campaign = (...args: readonly string[]) =>
  promisify(execFile)(process.execPath, ["--import", "./infra/node.js", "test/campaign/campaign.ts", ...args]);

test("the same seed makes the same plans", () => {
  expect(planRun(123, 4)).toEqual(planRun(123, 4));
  expect(planRun(123, 4)).not.toEqual(planRun(124, 4));
});

test("the command prints its usage", async () => {
  expect((await campaign("--help")).stdout).toContain("--runs");
});

test.each([
  ["--runs", "many"],
  ["--lanes", "0"],
  ["--wat", "1"],
])("the command refuses an option that is not valid by its name: %s %s", async (name, value) => {
  await expect(campaign(name, value)).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(name) });
});
