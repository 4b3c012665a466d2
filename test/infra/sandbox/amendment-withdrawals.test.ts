import { expect, test } from "vitest";
import { cast } from "#infra/sandbox/members/cast.ts";
import { createCustomerAddressDataAmendment, getCustomerAddressData } from "#lib/operations/address-data.ts";
import { withdrawAmendment } from "#lib/operations/amendments.ts";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { aSandbox, idOf } from "./given.ts";

const address = { street: "Neuer Weg", zipCode: "00456", city: "Testdorf", countryCode: "DE" };
const amendmentId = 8_000_000_000;

test("withdraws a pending change with 200 and no body, and then accepts another one", async () => {
  const { send, sandbox } = await aSandbox();
  await send(createCustomerAddressDataAmendment, { customerId: 1000 }, { body: address });

  const answer = await send(withdrawAmendment, { customerId: 1000, amendmentId });

  expect([answer.status, answer.text]).toEqual([200, ""]);
  expect((await send(getCustomerAddressData, { customerId: 1000 })).body).not.toHaveProperty("pendingAmendment");
  expect(sandbox.books[1]).toEqual({
    operation: "withdrawAmendment",
    customerId: "1000",
    amendmentId: "8000000000",
    at: "2027-03-10T12:00:00.000Z",
  });
  const again = await send(createCustomerAddressDataAmendment, { customerId: 1000 }, { body: address });
  expect(again).toMatchObject({ status: 200, body: { id: amendmentId + 1 } });
});

test("answers 404 to a second withdrawal", async () => {
  const { send, sandbox } = await aSandbox();
  await send(createCustomerAddressDataAmendment, { customerId: 1000 }, { body: address });
  await send(withdrawAmendment, { customerId: 1000, amendmentId });

  const answer = await send(withdrawAmendment, { customerId: 1000, amendmentId });

  expect(answer).toMatchObject({ status: 404, body: { errorCode: "AMENDMENT_UNKNOWN" } });
  expect(sandbox.books).toHaveLength(2);
});

test("answers 404 to the withdrawal of another member's change, which stays pending", async () => {
  const { send } = await aSandbox();
  await send(createCustomerAddressDataAmendment, { customerId: 1000 }, { body: address });

  const answer = await send(withdrawAmendment, { customerId: 1001, amendmentId });

  expect(answer).toMatchObject({ status: 404, body: { errorCode: "AMENDMENT_UNKNOWN" } });
  expect((await send(getCustomerAddressData, { customerId: 1000 })).body).toHaveProperty("pendingAmendment");
});

test("answers 409 to the withdrawal of an applied change", async () => {
  const { send } = await aSandbox();
  await send(createCustomerContactDataAmendment, { customerId: 1000 }, { body: { email: "robin@example.com" } });

  const answer = await send(withdrawAmendment, { customerId: 1000, amendmentId });

  expect(answer).toMatchObject({ status: 409, body: { errorCode: "AMENDMENT_APPLIED" } });
});

test("compares all digits of an amendment id beyond 2^53", async () => {
  const { send } = await aSandbox();
  const customerId = idOf(cast, "contract and amendment ids beyond 2^53, two of which a double takes for the same");

  const near = await send(withdrawAmendment, { customerId, amendmentId: 9_007_199_254_740_996n });
  const exact = await send(withdrawAmendment, { customerId, amendmentId: 9_007_199_254_740_995n });

  expect([near.status, exact.status]).toEqual([404, 200]);
});
