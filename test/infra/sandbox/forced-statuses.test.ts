import { expect, test } from "vitest";
import { getCustomerContactData } from "#lib/operations/contact-data.ts";
import { aSandbox, aSandboxHitBy } from "./given.ts";

test.each([
  [500, "UNEXPECTED"],
  [503, "OVERLOADED"],
  [429, "RATE_LIMIT_EXCEEDED"],
  [404, "PATH_UNKNOWN"],
  [403, "SCOPE_MISSING"],
  [418, "UNEXPECTED"],
])("sends the status %d of a fault once, with an error body, and books nothing", async (status, errorCode) => {
  const { sandbox, write } = await aSandboxHitBy({ kind: "status", status });

  const hit = await write();

  expect(hit).toMatchObject({ status, body: { errorCode, traceId: expect.any(String) } });
  expect(sandbox.books).toEqual([]);
  expect((await write()).status).toBe(200);
});

test("sends the headers and the body of a fault", async () => {
  const { write } = await aSandboxHitBy({
    kind: "status",
    status: 503,
    retryAfter: 7,
    body: '{"errorMessage":"mine"}',
  });

  const { headers, text } = await write();

  expect(headers.get("retry-after")).toBe("7");
  expect(text).toBe('{"errorMessage":"mine"}');
});

test("sends a date as Retry-After unchanged", async () => {
  const retryAfter = "Wed, 10 Mar 2027 12:01:00 GMT";
  const { write } = await aSandboxHitBy({ kind: "status", status: 429, retryAfter });

  expect((await write()).headers.get("retry-after")).toBe(retryAfter);
});

test("sends the location of a redirect", async () => {
  const { sandbox, call } = await aSandbox();
  sandbox.misbehave({ kind: "status", status: 302, location: "https://elsewhere.example.com/" });

  const { status, headers } = await call("/v1/customers/1000/self-service/contact-data", { redirect: "manual" });

  expect([status, headers.get("location")]).toEqual([302, "https://elsewhere.example.com/"]);
});

test("sends no body with a status that has none", async () => {
  const { write } = await aSandboxHitBy({ kind: "status", status: 204 });

  const { status, text, headers } = await write();

  expect([status, text, headers.get("content-length")]).toEqual([204, "", null]);
});

test("carries out the write before the status if a fault says so", async () => {
  const { sandbox, send, write } = await aSandboxHitBy({ kind: "status", status: 500, carriedOut: true });

  const hit = await write();

  expect(hit.status).toBe(500);
  expect(sandbox.books).toHaveLength(1);
  expect((await send(getCustomerContactData, { customerId: 1000 })).body).toMatchObject({ email: "robin@example.com" });
});
