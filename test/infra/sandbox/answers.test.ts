import { expect, test } from "vitest";
import { cast } from "#infra/sandbox/members/cast.ts";
import { getCustomerAddressData } from "#lib/operations/address-data.ts";
import { getCustomerContactData } from "#lib/operations/contact-data.ts";
import { getContractCancelationReasonData, getContractData } from "#lib/operations/contracts.ts";
import { getCustomers } from "#lib/operations/customers.ts";
import { getCustomerMasterData } from "#lib/operations/master-data.ts";
import type { Operation } from "#lib/operations/operation.ts";
import { getCustomerPaymentData } from "#lib/operations/payment-data.ts";
import { aSandbox, idOf } from "./given.ts";

const reads: readonly Operation[] = [
  getContractData,
  getCustomerContactData,
  getCustomerAddressData,
  getCustomerMasterData,
  getCustomerPaymentData,
];

test.each(reads)("answers of $id fit its schema for the first 200 members", async (read) => {
  const { send } = await aSandbox();
  const ids = Array.from({ length: 200 }, (_, index) => 1000 + index);

  const answers = await Promise.all(ids.map((customerId) => send(read, { customerId })));

  const faults = answers.flatMap(({ status, body }, index) => {
    const result = read.answer?.safeParse(body);
    return status === 200 && result?.success ? [] : [{ id: ids[index], status, error: result?.error }];
  });
  expect(faults).toEqual([]);
});

test.each([getCustomers, getContractCancelationReasonData])(
  "the answer of $id fits its schema",
  async (operation: Operation) => {
    const { send } = await aSandbox();

    const { status, body } = await send(operation);

    expect(status).toBe(200);
    expect(operation.answer?.safeParse(body).error).toBeUndefined();
  },
);

test("writes contract ids beyond 2^53 as JSON numbers with all digits", async () => {
  const { send, contractsOf } = await aSandbox();
  const customerId = idOf(cast, "contract and amendment ids beyond 2^53, two of which a double takes for the same");

  const { text } = await send(getContractData, { customerId });

  expect(text).toContain('"id":9007199254740992,');
  expect(text).toContain('"id":9007199254740993,');
  expect((await contractsOf(customerId)).map(({ id }) => id)).toEqual([9_007_199_254_740_992n, 9_007_199_254_740_993n]);
});

test("offers at least five reasons with different ids", async () => {
  const { send } = await aSandbox();

  const { body } = await send(getContractCancelationReasonData);

  expect(body).toContainEqual({ cancelationReasonId: 1001, cancelationReasonName: "Moving away" });
  expect(new Set(Array.isArray(body) ? body.map((reason) => reason.cancelationReasonId) : []).size).toBe(6);
});
