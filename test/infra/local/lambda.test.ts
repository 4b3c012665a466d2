import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { createLambda, type Lambda } from "#infra/local/lambda.ts";

const aLambda = async (source: string, idleMs = 60_000): Promise<Lambda> => {
  const folder = await mkdtemp(join(tmpdir(), "perfectgym-gateway-lambda-"));
  const bundle = join(folder, "bundle.mjs");
  await writeFile(bundle, source);
  const options = { name: "test", bundle, memorySize: 512, timeoutSeconds: 1, environment: { OWN: "yes" } };
  const lambda = createLambda({ ...options, idleMs });
  onTestFinished(async () => {
    await lambda.close();
    await rm(folder, { recursive: true });
  });
  return lambda;
};

test("a function has only its own environment", async () => {
  const lambda = await aLambda("export const handler = async () => process.env");
  expect(await lambda.invoke({})).toEqual({ OWN: "yes" });
});

test("a function keeps its state between invocations and knows its remaining time", async () => {
  const lambda = await aLambda(`let count = 0;
    export const handler = async (event, context) => ({ count: ++count, event, ms: context.getRemainingTimeInMillis() })`);
  await lambda.invoke("first");
  expect(await lambda.invoke("second")).toEqual({ count: 2, event: "second", ms: expect.closeTo(1000, -3) });
});

test("a function loads its bundle at its first invocation, and ends after some time without one", async () => {
  const lambda = await aLambda("const loadedAt = Date.now(); export const handler = async () => loadedAt", 1);
  const createdAt = Date.now();
  const first = Number(await lambda.invoke({}));
  expect(first).toBeGreaterThanOrEqual(createdAt);
  await vi.waitFor(async () => expect(await lambda.invoke({})).toBeGreaterThan(first), { timeout: 120_000 });
});

test("a function that takes too long is ended, and the next invocation gets a new one", async () => {
  const lambda = await aLambda(
    `export const handler = async (event) => event === "hang" ? new Promise(() => {}) : "new"`,
  );
  await expect(lambda.invoke("hang")).rejects.toThrow("timed out after 1 s");
  expect(await lambda.invoke("again")).toBe("new");
});

test("a new worker goes on when the old one ends late", async () => {
  const lambda = await aLambda(`let count = 0;
    export const handler = async (event) => event === "hang" ? new Promise(() => {}) : ++count`);
  await expect(lambda.invoke("hang")).rejects.toThrow("timed out");
  const counts = [await lambda.invoke("again")];
  await new Promise((resolve) => setTimeout(resolve, 200));
  counts.push(await lambda.invoke("again"));
  expect(counts).toEqual([1, 2]);
});

test("an invocation fails if its worker dies, and the next one gets a new worker", async () => {
  const lambda = await aLambda(`export const handler = async (event) => event === "die" ? process.exit(1) : "new"`);
  await expect(lambda.invoke("die")).rejects.toThrow("its worker ended");
  expect(await lambda.invoke("again")).toBe("new");
});

test("an invocation whose handler throws fails without the error's message", async () => {
  const lambda = await aLambda(`export const handler = async () => { throw new TypeError("member 1000") }`);
  await expect(lambda.invoke({})).rejects.toThrow(/^test: TypeError$/);
});
