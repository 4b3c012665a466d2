import { expect, test } from "vitest";
import type { Sandbox } from "#infra/sandbox/sandbox.ts";
import { getCustomerContactData } from "#lib/operations/contact-data.ts";
import { getContractData } from "#lib/operations/contracts.ts";
import { getIdlePeriods } from "#lib/operations/idle-periods.ts";
import { apiKey, aSandbox, aSandboxHitBy } from "./given.ts";

const email = "robin@example.com";
const path = "/v1/customers/1000/self-service/contact-data";

/** The same write, which ends with the signal. */
const writeUntil = (url: string, signal: AbortSignal | null) =>
  fetch(url + path, {
    method: "POST",
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    body: JSON.stringify({ email }),
    signal,
  });

/** The same write by a caller that goes away as soon as the sandbox has the request. */
const writeImpatiently = async (sandbox: Sandbox): Promise<void> => {
  const leaving = new AbortController();
  const written = writeUntil(sandbox.url, leaving.signal);
  await expect.poll(() => sandbox.requests.length, { interval: 5, timeout: 120_000 }).toBe(1);
  leaving.abort();
  await expect(written).rejects.toThrow("aborted");
};

test("sends the usual answer late after a delay", async () => {
  const { sandbox, write } = await aSandboxHitBy({ kind: "delay", ms: 40 });
  const startedMs = performance.now();

  const hit = await write();

  expect(hit).toMatchObject({ status: 200, body: { email } });
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(35);
  expect(sandbox.books).toHaveLength(1);
});

test("carries out a delayed write also if the caller does not wait for it", async () => {
  const { sandbox } = await aSandboxHitBy({ kind: "delay", ms: 200 });

  await writeImpatiently(sandbox);

  await expect.poll(() => sandbox.books.length, { interval: 10, timeout: 120_000 }).toBe(1);
});

test.each([
  [true, 1],
  [false, 0],
])("never answers a request if a fault says so (carried out: %s), and books %d writes", async (carriedOut, writes) => {
  const { sandbox } = await aSandboxHitBy({ kind: "hang", carriedOut });

  await writeImpatiently(sandbox);

  expect(sandbox.requests).toMatchObject([{ operation: "createCustomerContactDataAmendment" }]);
  expect(sandbox.books).toHaveLength(writes);
});

test.each([
  [true, 1],
  [false, 0],
])("resets a connection (carried out: %s), and books %d writes", async (carriedOut, writes) => {
  const { sandbox, write } = await aSandboxHitBy({ kind: "reset", carriedOut });

  await expect(write()).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });

  expect(sandbox.books).toHaveLength(writes);
  expect((await write()).status).toBe(200);
});

test("sends 200 with the first half of the answer, and carries out the write", async () => {
  const { sandbox } = await aSandboxHitBy({ kind: "brokenJson" });

  const response = await writeUntil(sandbox.url, null);

  const text = await response.text();
  expect([response.status, text.slice(0, 6)]).toEqual([200, '{"id":']);
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
  expect(sandbox.books).toHaveLength(1);
});

test.each([
  [true, 1],
  [undefined, 0],
])("sends a page instead of JSON (carried out: %s), and books %d writes", async (carriedOut, writes) => {
  const { sandbox, write } = await aSandboxHitBy({ kind: "html", carriedOut });

  const { status, headers, text } = await write();

  expect([status, headers.get("content-type")]).toEqual([200, "text/html;charset=UTF-8"]);
  expect(text).toMatch(/^<!doctype html>/);
  expect(sandbox.books).toHaveLength(writes);
});

test("sends a page with the status of the fault", async () => {
  const { sandbox, write } = await aSandboxHitBy({ kind: "html", status: 404 });

  const { status, text } = await write();

  expect([status, text.slice(0, 9)]).toEqual([404, "<!doctype"]);
  expect(sandbox.books).toEqual([]);
});

test("applies a fault only to its operation, its customer and its number of requests", async () => {
  const { sandbox, send } = await aSandbox();
  sandbox.misbehave({ kind: "status", status: 503, operation: "getContractData", customerId: "1001", times: 2 });

  const statuses = [(await send(getCustomerContactData, { customerId: 1001 })).status];
  for (const customerId of [1000, 1001, 1001, 1001])
    statuses.push((await send(getContractData, { customerId })).status);

  expect(statuses).toEqual([200, 200, 503, 503, 200]);
});

test("applies a fault only to its contract", async () => {
  const { sandbox, send } = await aSandbox();
  sandbox.misbehave({ kind: "status", status: 503, contractId: "5000010010", times: 2 });

  const statuses = [(await send(getContractData, { customerId: 1001 })).status];
  for (const contractId of [5_000_010_000n, 5_000_010_010n, 5_000_010_010n, 5_000_010_010n])
    statuses.push((await send(getIdlePeriods, { contractId })).status);

  expect(statuses).toEqual([200, 200, 503, 503, 200]);
});

test("applies two matching faults in the order in which they were added", async () => {
  const { sandbox, send } = await aSandbox();
  sandbox.misbehave({ kind: "status", status: 500 });
  sandbox.misbehave({ kind: "status", status: 503 });

  const statuses = [];
  for (const customerId of [1000, 1001, 1002]) statuses.push((await send(getContractData, { customerId })).status);

  expect(statuses).toEqual([500, 503, 200]);
});
