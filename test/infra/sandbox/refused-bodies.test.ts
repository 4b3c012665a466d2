import { expect, test } from "vitest";
import { createCustomerAddressDataAmendment } from "#lib/operations/address-data.ts";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { createContractCancelationAmendment } from "#lib/operations/contracts.ts";
import { createCustomerPaymentDataAmendment } from "#lib/operations/payment-data.ts";
import { aSandbox } from "./given.ts";

const address = { street: "Neuer Weg", zipCode: "00456", city: "Testdorf", countryCode: "DE" };
const account = {
  accountHolder: "Kim Muster",
  bankName: "Musterbank",
  iban: "DE91100000000123456789",
  bic: "MUSTDEB0",
};
const addressPath = "/v1/customers/1000/self-service/address-data";

test.each([
  ["missing", { ...address, city: undefined }, "city"],
  ["malformed", { ...address, countryCode: "XX" }, "countryCode"],
  ["of another type", { ...address, street: 5 }, "street"],
  ["first of two", { ...address, street: "", city: "" }, "street"],
])("answers 400 with the field to one that is %s, and books nothing", async (_, body, reference) => {
  const { sandbox, send } = await aSandbox();

  const answer = await send(createCustomerAddressDataAmendment, { customerId: 1000 }, { body });

  expect(answer).toMatchObject({ status: 400, body: { errorCode: "FIELD_INVALID", reference } });
  expect(sandbox.books).toEqual([]);
});

test("refers to a nested field by a dotted path", async () => {
  const { send } = await aSandbox();
  const body = { ...account, signature: { base64SvgSignature: "" } };

  const answer = await send(createCustomerPaymentDataAmendment, { customerId: 1000 }, { body });

  expect(answer).toMatchObject({ status: 400, body: { reference: "signature.base64SvgSignature" } });
});

test("ignores unknown fields at any depth and does not store them", async () => {
  const { send } = await aSandbox();
  const body = { ...account, nickname: "K", signature: { base64SvgSignature: "PHN2Zy8+", pen: "blue" } };

  const answer = await send(createCustomerPaymentDataAmendment, { customerId: 1000 }, { body });

  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({ ...account, id: expect.any(Number), requireSignature: false });
});

test.each([
  ["not JSON", "{", "application/json", 400, "BODY_INVALID"],
  ["empty", "", "application/json", 400, "BODY_INVALID"],
  ["not an object", "[]", "application/json", 400, "BODY_INVALID"],
  ["a form", "street=1", "application/x-www-form-urlencoded", 415, "MEDIA_TYPE_UNSUPPORTED"],
  [
    "of a type that only begins like JSON's",
    JSON.stringify(address),
    "application/jsonx",
    415,
    "MEDIA_TYPE_UNSUPPORTED",
  ],
  ["more than 5 MB", `"${"x".repeat(5_000_000)}"`, "application/json", 413, "BODY_TOO_LARGE"],
])("refuses a body that is %s", async (_, body, type, status, errorCode) => {
  const { call } = await aSandbox();

  const answer = await call(addressPath, { method: "POST", body, headers: { "content-type": type } });

  expect(answer).toMatchObject({ status, body: { errorCode } });
});

test("reads a body whose type has a charset", async () => {
  const { call } = await aSandbox();
  const headers = { "content-type": "application/json; charset=utf-8" };

  const answer = await call(addressPath, { method: "POST", body: JSON.stringify(address), headers });

  expect(answer.status).toBe(200);
});

test("accepts the size of a body of exactly 5 MB", async () => {
  const { call } = await aSandbox();
  const body = JSON.stringify(address).padEnd(5_000_000);

  const answer = await call(addressPath, { method: "POST", body, headers: { "content-type": "application/json" } });

  expect(answer.status).toBe(200);
});

test("answers 400 to an empty change of contact data", async () => {
  const { send } = await aSandbox();

  const answer = await send(createCustomerContactDataAmendment, { customerId: 1000 }, { body: {} });

  expect(answer).toMatchObject({ status: 400, body: { errorCode: "BODY_INVALID" } });
});

test("answers 400 with the field to an id in quotes", async () => {
  const { send } = await aSandbox();
  const body = { contractId: "5000010000", cancelationDate: "2027-04-19", cancelationReasonId: 1001 };

  const answer = await send(createContractCancelationAmendment, { customerId: 1000 }, { body });

  expect(answer).toMatchObject({ status: 400, body: { reference: "contractId" } });
});
