import { expect, test } from "vitest";
import * as z from "zod";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { createContractCancelationAmendment, getContractData } from "#lib/operations/contracts.ts";
import { createIdlePeriodAmendment, getIdlePeriods } from "#lib/operations/idle-periods.ts";
import { aClock, aSandbox } from "./given.ts";

const body = { email: "robin@example.com" };
const customerId = 1000;

test("busy answers 503 to every request until it ends, and a fault goes first", async () => {
  const { sandbox, send } = await aSandbox();
  await sandbox.conditions.change({ trouble: "busy" });
  sandbox.misbehave({ kind: "status", status: 500 });
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await send(getContractData, { customerId })).status);
  await sandbox.conditions.change({ trouble: "none" });

  expect([...statuses, (await send(getContractData, { customerId })).status]).toEqual([500, 503, 503, 200]);
});

test("down refuses connections, and listens again at the same address afterwards", async () => {
  const { sandbox, send } = await aSandbox();
  await send(getContractData, { customerId });
  // Changes may come faster than the server closes.
  await Promise.all(["down", "none", "down"].map((each) => sandbox.conditions.change({ trouble: each as "down" })));
  await expect(send(getContractData, { customerId })).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  await sandbox.conditions.change({ trouble: "none" });

  expect((await send(getContractData, { customerId })).status).toBe(200);
});

test("lost answers are those of writes, which are carried out", async () => {
  const { sandbox, send } = await aSandbox();
  const ended: unknown[] = [];
  sandbox.onEnd(({ method, ended: end }) => ended.push([method, end?.status]));
  await sandbox.conditions.change({ trouble: "answers-lost" });
  await expect(send(createCustomerContactDataAmendment, { customerId }, { body })).rejects.toThrow();

  expect((await send(getContractData, { customerId })).status).toBe(200);
  expect(sandbox.books).toHaveLength(1);
  await expect
    .poll(() => ended)
    .toEqual([
      ["POST", undefined],
      ["GET", 200],
    ]);
});

test("reads lag, and then no longer", async () => {
  const clock = aClock();
  const { sandbox, send } = await aSandbox({ now: clock.now });
  const member = sandbox.cast().find(({ situation }) => situation.startsWith("may pause: applies at once"));
  const contractId = BigInt(member?.values["contractId"]?.[0] ?? 0);
  const pauses = async () => {
    const { body } = await send(getIdlePeriods, { contractId });
    return z.looseObject({ currentAndUpcomingIdlePeriods: z.array(z.unknown()) }).parse(body)
      .currentAndUpcomingIdlePeriods.length;
  };
  await sandbox.conditions.change({ readsLag: true });
  const wanted = { startDate: "2027-04-01", temporalUnit: "MONTH", termValue: 1, reasonId: 2002 };
  const paused = await send(createIdlePeriodAmendment, { contractId }, { body: wanted });

  expect([paused.status, await pauses()]).toEqual([200, 0]);
  clock.advance(10_001);
  expect(await pauses()).toBe(1);
});

test.each([
  [true, "PENDING_VERIFICATION"],
  [false, "CANCELED"],
])("the studio verifies cancelations: %s", async (verifies, cancelationStatus) => {
  const { sandbox, send, contractOf } = await aSandbox();
  await sandbox.conditions.change({ verifies });
  const { values } = sandbox.cast()[0] ?? {};
  const canceled = await send(
    createContractCancelationAmendment,
    { customerId },
    {
      body: {
        contractId: Number(values?.["contractId"]?.[0]),
        cancelationDate: values?.["cancelationDate"]?.[0],
        cancelationReasonId: 1001,
      },
    },
  );

  expect([canceled.status, (await contractOf(customerId)).cancelationStatus]).toEqual([200, cancelationStatus]);
});

test("the cast is told with its situations and current ids, as far as there are so many members", async () => {
  const { sandbox } = await aSandbox({ members: 31 });
  const cast = sandbox.cast();
  expect(cast.map((each) => Number(each.customerId))).toEqual(Array.from({ length: 31 }, (_, place) => 1000 + place));
  const ended = cast.find(({ situation }) => situation.startsWith("several contracts"))?.values["contractId"] ?? [];
  // The one that can be canceled comes before the one that has ended.
  expect(ended[0]).not.toBe([...ended].sort()[0]);
  expect(cast[30]?.values["amendmentId"]).toHaveLength(4);
  expect(cast[0]?.situation).toContain("the friendly one");
});
