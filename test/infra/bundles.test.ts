import { readFile, stat } from "node:fs/promises";
import { expect, test } from "vitest";
import { loadService } from "#infra/local/service.ts";

test("a Lambda that only reads does not pay for what a write needs", async () => {
  const { bundles } = await loadService({});
  const [read, write] = [bundles("getContractData"), bundles("createContractCancelationAmendment")];
  expect(await readFile(write, "utf8")).toContain("DynamoDB");
  expect(await readFile(read, "utf8")).not.toMatch(/DynamoDB|EventBridge/);
  expect((await stat(read)).size).toBeLessThan(500_000);
});
