import { expect, test } from "vitest";
import { cast } from "#infra/sandbox/members/cast.ts";
import { createCustomerPaymentDataAmendment, getCustomerPaymentData } from "#lib/operations/payment-data.ts";
import { aSandbox, idOf } from "./given.ts";

const account = {
  accountHolder: "Kim Muster",
  bankName: "Musterbank",
  iban: "DE91 1000 0000 0123 4567 89",
  bic: "MUSTDEB0XXX",
};
const signature = { base64SvgSignature: "PHN2Zy8+" };
const atOnce = "another account needs a signature, and applies at once";
const verified = "another account needs a signature, and is verified";

test.each([atOnce, verified])("answers 400 to a change without the signature that %s needs", async (situation) => {
  const { send, sandbox } = await aSandbox();

  const answer = await send(
    createCustomerPaymentDataAmendment,
    { customerId: idOf(cast, situation) },
    { body: account },
  );

  expect(answer).toMatchObject({ status: 400, body: { errorCode: "SIGNATURE_MISSING", reference: "signature" } });
  expect(sandbox.books).toEqual([]);
});

test("shows an account that changed at once with the spaces of its IBAN and without the signature", async () => {
  const { send } = await aSandbox();
  const customerId = idOf(cast, atOnce);

  const answer = await send(createCustomerPaymentDataAmendment, { customerId }, { body: { ...account, signature } });

  expect(answer.body).toEqual({ id: expect.any(Number), ...account, requireSignature: true });
  expect((await send(getCustomerPaymentData, { customerId })).body).toEqual({
    ...account,
    requireSignature: true,
    amendmentConfigurationStatus: "CHANGES_WITHOUT_VERIFICATION",
  });
});

test("shows a pending change of the account without the signature", async () => {
  const { send } = await aSandbox();
  const customerId = idOf(cast, verified);

  const answer = await send(createCustomerPaymentDataAmendment, { customerId }, { body: { ...account, signature } });

  expect(answer.status).toBe(200);
  const { body, text } = await send(getCustomerPaymentData, { customerId });
  expect(body).toMatchObject({ pendingAmendment: { ...account, requireSignature: true } });
  expect(text).not.toContain("base64SvgSignature");
});

test("accepts a change without a signature if none is needed", async () => {
  const { send } = await aSandbox();

  const answer = await send(createCustomerPaymentDataAmendment, { customerId: 1000 }, { body: account });

  expect(answer).toMatchObject({ status: 200, body: { requireSignature: false } });
});
