import { expect, test } from "vitest";
import { createLimiter } from "#lib/limits/limiter.ts";

/** A table, and Lambda instances that count in it. The clock stands still until a test moves it. */
const given = () => {
  const counters = new Map<string, number>();
  const clock = { ms: 1_000_000 };
  const table = { calls: 0 };
  const instance = () =>
    createLimiter({
      now: () => clock.ms,
      count: async ({ id, by }) => {
        table.calls++;
        const taken = (counters.get(id) ?? 0) + by;
        counters.set(id, taken);
        return taken;
      },
    });
  return { clock, table, instance };
};

const key = { clientId: "partner", operation: "getContractData", quota: 100 };

/** Sends requests one after the other, each to the next of the instances. Returns how many went on. */
const send = async (count: number, instances: readonly ReturnType<typeof createLimiter>[], of = key) => {
  let admitted = 0;
  for (let i = 0; i < count; i++) {
    const limiter = instances[i % instances.length];
    const admission = await limiter?.admit(of);
    await admission?.counted();
    if (admission?.isRefused === false) admitted++;
  }
  return admitted;
};

test("one instance admits exactly the quota, in any order of answers", async () => {
  const { instance } = given();
  expect(await send(150, [instance()])).toBe(100);
  const together = instance();
  const other = { ...key, clientId: "other" };
  const answers = await Promise.all(Array.from({ length: 150 }, () => together.admit(other)));
  expect(answers.filter(({ isRefused }) => !isRefused)).toHaveLength(100);
});

test.each([2, 5, 20])("%i instances together admit the quota, less what they took in vain", async (count) => {
  const { instance } = given();
  const admitted = await send(400, Array.from({ length: count }, instance));
  expect(admitted).toBeLessThanOrEqual(100);
  expect(admitted).toBeGreaterThanOrEqual(80);
});

test("an instance that comes to a spent quota serves one request at most", async () => {
  const { instance } = given();
  await send(100, [instance()]);
  expect(await send(30, [instance(), instance(), instance()])).toBeLessThanOrEqual(3);
});

test("the quota is back in the next window, and each client and operation has its own", async () => {
  const { clock, instance } = given();
  const one = instance();
  await send(120, [one]);
  expect(await send(1, [one])).toBe(0);
  expect(await send(1, [one], { ...key, clientId: "other" })).toBe(1);
  expect(await send(1, [one], { ...key, operation: "getCustomerContactData" })).toBe(1);
  clock.ms += 10_000;
  expect(await send(120, [one])).toBe(100);
});

test("a busy instance asks the table for a fraction of its requests, and never for one that it refuses", async () => {
  const { clock, table, instance } = given();
  const one = instance();
  for (let window = 0; window < 10; window++) {
    await send(50, [one]);
    clock.ms += 10_000;
  }
  expect(table.calls / 500).toBeLessThan(0.25);
  await send(200, [one]);
  table.calls = 0;
  await send(200, [one]);
  expect(table.calls).toBe(0);
});
