import { readFile, stat } from "node:fs/promises";
import { expect, test } from "vitest";
import { loadService } from "#infra/local/service.ts";
import { catalog } from "#lib/operations/catalog.ts";
import type { Operation } from "#lib/operations/operation.ts";

test("the bundle of a Lambda that only reads has no code for writes", async () => {
  const { bundles } = await loadService({});
  const [read, write] = [bundles("getContractData"), bundles("createContractCancelationAmendment")];
  expect(await readFile(write, "utf8")).toContain("PutItem");
  expect(await readFile(read, "utf8")).not.toMatch(/PutItem|EventBridge/);
  expect((await stat(read)).size).toBeLessThan(500_000);
});

test("only a Lambda whose receipt can be a text has the words for it", async () => {
  const { bundles } = await loadService({});
  const operations: readonly Operation[] = Object.values(catalog).flat();
  const withWords = await Promise.all(
    operations.map(async ({ id }) => ((await readFile(bundles(id), "utf8")).includes("Mitgliedsnummer") ? [id] : [])),
  );
  expect(withWords.flat()).toEqual(operations.filter((each) => each.write?.receipt).map(({ id }) => id));
});

test("only a Lambda that takes forms has their parser", async () => {
  const { bundles } = await loadService({});
  const operations: readonly Operation[] = Object.values(catalog).flat();
  const withParser = await Promise.all(
    operations.map(async ({ id }) => ((await readFile(bundles(id), "utf8")).includes("multipart data") ? [id] : [])),
  );
  expect(withParser.flat()).toEqual(operations.filter((each) => each.document).map(({ id }) => id));
});

test("only the Lambda of the page about problems has the long texts", async () => {
  const { bundles, service } = await loadService({});
  const withTexts = await Promise.all(
    Object.keys(service.functions).map(async (name) =>
      (await readFile(bundles(name), "utf8")).includes("Please contact us") ? [name] : [],
    ),
  );
  expect(withTexts.flat()).toEqual(["getProblems"]);
});

test("only the Lambda that serves files to browsers has them, and none of them exceeds what a Lambda may answer", async () => {
  const { service, bundles } = await loadService({});
  const names = Object.keys(service.functions);
  const sizes = await Promise.all(names.map(async (name) => [name, (await stat(bundles(name))).size] as const));
  expect(sizes.filter(([, size]) => size > 1_000_000).map(([name]) => name)).toEqual(["getDocsAsset"]);
  const texts = (await readFile(bundles("getDocsAsset"), "utf8")).match(/"[\w+/]{1000,}={0,2}"/g) ?? [];
  expect(texts.length).toBeGreaterThan(5);
  expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(6_000_000);
  expect((await stat(bundles("getDocs"))).size).toBeLessThan(20_000);
});
