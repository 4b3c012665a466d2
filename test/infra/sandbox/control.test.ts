import { expect, test } from "vitest";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { getContractData } from "#lib/operations/contracts.ts";
import { aSandbox } from "./given.ts";

const json = { "content-type": "application/json" };

test("applies a fault that was added over HTTP to the next request", async () => {
  const { call, send } = await aSandbox();
  const fault = { kind: "status", status: 503, retryAfter: 3, operation: "getContractData", times: 1 };

  const posted = await call("/_sandbox/faults", { method: "POST", headers: json, body: JSON.stringify(fault) });
  const hit = await send(getContractData, { customerId: 1000 });
  const next = await send(getContractData, { customerId: 1000 });

  expect([posted.status, hit.status, hit.headers.get("retry-after"), next.status]).toEqual([204, 503, "3", 200]);
});

test("applies no faults after they were cleared", async () => {
  const { sandbox, call, send } = await aSandbox();
  sandbox.misbehave({ kind: "status", status: 500, times: 100 });

  const cleared = await call("/_sandbox/faults", { method: "DELETE" });

  expect([cleared.status, (await send(getContractData, { customerId: 1000 })).status]).toEqual([204, 200]);
});

test.each([
  [{ kind: "explode" }, "kind"],
  [{}, "kind"],
  [{ kind: "status" }, "status"],
  [{ kind: "status", status: 99 }, "status"],
  [{ kind: "status", status: 302, location: "a\nb" }, "location"],
  [{ kind: "delay", ms: -1 }, "ms"],
  [{ kind: "hang", times: 0 }, "times"],
  [{ kind: "hang", operation: "getEverything" }, "operation"],
  [{ kind: "hang", customerId: "x" }, "customerId"],
  [{ kind: "hang", milliseconds: 5 }, "milliseconds"],
  [{ kind: "brokenJson", carriedOut: false }, "carriedOut"],
])("refuses the malformed fault %j with 400 and the field %s", async (fault, reference) => {
  const { call, send } = await aSandbox();

  const answer = await call("/_sandbox/faults", { method: "POST", headers: json, body: JSON.stringify(fault) });

  expect(answer).toMatchObject({ status: 400, body: { reference } });
  expect((await send(getContractData, { customerId: 1000 })).status).toBe(200);
});

test("shows booked writes over HTTP", async () => {
  const { call, send, sandbox } = await aSandbox();
  await send(createCustomerContactDataAmendment, { customerId: 1000 }, { body: { email: "robin@example.com" } });

  const { status, body } = await call("/_sandbox/books");

  expect(status).toBe(200);
  expect(body).toEqual(sandbox.books);
  expect(body).toHaveLength(1);
});

test.each([
  ["POST", "/_sandbox/faults"],
  ["DELETE", "/_sandbox/faults"],
  ["GET", "/_sandbox/books"],
])("answers 401 to %s %s with a wrong key", async (method, path) => {
  const { call } = await aSandbox();

  expect((await call(path, { method, headers: { "x-api-key": "wrong" } })).status).toBe(401);
});

test("answers 405 with the allowed methods to another method", async () => {
  const { call } = await aSandbox();

  const { status, headers } = await call("/_sandbox/faults", { method: "PUT" });

  expect([status, headers.get("allow")]).toEqual([405, "POST, DELETE"]);
});
