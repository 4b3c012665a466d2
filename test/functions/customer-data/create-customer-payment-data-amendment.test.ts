import { expect, test } from "vitest";
import { createCustomerPaymentDataAmendment } from "#lib/operations/payment-data.ts";
import { serves } from "../serves.ts";

const served = serves(createCustomerPaymentDataAmendment, {
  load: () => import("#functions/customer-data/create-customer-payment-data-amendment.ts"),
  params: { customerId: "1000" },
  body: { accountHolder: "Robin Sample", bankName: "Sample Bank", iban: "DE91100000000123456789", bic: "DEUTDEFF" },
  answer: '{"id":7,"requireSignature":true}',
});

const body = {
  accountHolder: "Robin Sample",
  bankName: "Sample Bank",
  iban: "DE91 1000 0000 0123 4567 89",
  bic: "DEUTDEFFXXX",
};

test("takes an IBAN with spaces and a signature, and sends both on as they came", async () => {
  const given = { ...body, signature: { base64SvgSignature: "PHN2Zy8+" } };
  expect((await served.send({ body: given })).status).toBe(200);
  expect(served.upstream.requests[0]?.body).toBe(JSON.stringify(given));
});

test.each([
  ["an IBAN with wrong check digits", { ...body, iban: "DE92100000000123456789" }, "/iban"],
  ["an IBAN that is too short", { ...body, iban: "DE9110000000012345678" }, "/iban"],
  ["an IBAN of no country", { ...body, iban: "XX91100000000123456789" }, "/iban"],
  ["a BIC that is too long", { ...body, bic: "DEUTDEFFXXXX" }, "/bic"],
  ["a BIC of no country", { ...body, bic: "DEUTXYFF" }, "/bic"],
  ["a BIC in lower case", { ...body, bic: "deutdeffxxx" }, "/bic"],
  [
    "a signature that is no base64",
    { ...body, signature: { base64SvgSignature: "%%%" } },
    "/signature/base64SvgSignature",
  ],
  ["an empty signature", { ...body, signature: { base64SvgSignature: "" } }, "/signature/base64SvgSignature"],
  ["a signature with more in it", { ...body, signature: { base64SvgSignature: "PA==", by: "x" } }, "/signature/by"],
  ["no bank", { ...body, bankName: undefined }, "/bankName"],
])("refuses %s without calling the upstream", async (_, given, pointer) => {
  expect(await served.send({ body: given })).toBeProblem(400, { pointers: [pointer] });
  expect(served.upstream.requests).toEqual([]);
});

test("never repeats the account in a refusal", async () => {
  const { text } = await served.send({ body: { ...body, iban: "DE92100000000123456789" } });
  expect(text).not.toContain("1000000001234567");
});
