import { expect, test } from "vitest";
import { getCustomerContactData } from "#lib/operations/contact-data.ts";
import { getContractData } from "#lib/operations/contracts.ts";
import { aClock, aSandbox } from "./given.ts";
import { pipelined } from "./pipelined.ts";

const limited = async () => {
  const clock = aClock();
  const { send, sandbox, call } = await aSandbox({ now: clock.now, requestsPerMinute: 3 });
  const read = (headers = {}) => send(getContractData, { customerId: 1000 }, { headers });
  const readTimes = async (times: number) => {
    for (let count = 0; count < times; count++) await read();
  };
  return { clock, sandbox, call, read, readTimes, send };
};

test("answers 429 for a minute after the call that exceeds the limit", async () => {
  const { clock, read, readTimes } = await limited();
  await readTimes(3);

  clock.advance(30_000);
  const over = await read();
  clock.advance(59_001);
  const late = await read();
  clock.advance(999);
  const after = await read();

  expect(over).toMatchObject({ status: 429, body: { errorCode: "RATE_LIMIT_EXCEEDED" } });
  expect(over.headers.get("retry-after")).toBe("60");
  expect([late.status, late.headers.get("retry-after")]).toEqual([429, "1"]);
  expect(after.status).toBe(200);
});

test("counts from zero after a minute without an exceeded limit", async () => {
  const { clock, read, readTimes } = await limited();
  await readTimes(3);

  clock.advance(60_000);

  expect((await read()).status).toBe(200);
});

test("limits each operation and key by itself, and not HEAD", async () => {
  const { sandbox, read, readTimes, send, call } = await limited();
  await readTimes(4);

  const other = await send(getCustomerContactData, { customerId: 1000 });
  const head = await call("/v1/memberships/1000/self-service/contract-data", { method: "HEAD" });
  const sameMember = await send(getContractData, { customerId: 1001 });
  sandbox.rotateKey("the-next-key");
  const otherKey = await read({ "x-api-key": "the-next-key" });

  expect([other.status, head.status, sameMember.status, otherKey.status]).toEqual([200, 200, 429, 200]);
});

test("does not count HEAD and refused keys", async () => {
  const { call, read } = await limited();
  const path = "/v1/memberships/1000/self-service/contract-data";

  for (let count = 0; count < 5; count++) {
    await call(path, { method: "HEAD" });
    await call(path, { headers: { "x-api-key": "wrong" } });
  }

  expect((await read()).status).toBe(200);
});

test("refuses the 1,001st call of a minute by default", async () => {
  const { sandbox } = await aSandbox();
  const path = "/v1/memberships/1020/self-service/contract-data";

  const statuses = await pipelined(
    sandbox.url,
    "GET",
    Array.from({ length: 1002 }, () => path),
  );

  expect(statuses.indexOf(429)).toBe(1000);
  expect(statuses).toHaveLength(1002);
  expect(statuses.at(-1)).toBe(429);
});
