import { isValidBIC, isValidIBAN } from "ibantools";
import * as z from "zod";
import { amendable, amendment, changing } from "./amendable.ts";
import { customerId, filledLine } from "./fields.ts";
import { operation } from "./operation.ts";

const paymentData = {
  accountHolder: filledLine.meta({ description: "Who owns the account", example: "Robin Sample" }),
  bankName: filledLine.meta({ description: "Name of the bank", example: "Sample Bank" }),
  iban: z
    .string()
    .refine((text) => isValidIBAN(text.replaceAll(" ", "")), "must be an IBAN of the right structure and check digits")
    .meta({ description: "ISO 13616, with or without spaces", example: "DE91 1000 0000 0123 4567 89" }),
  bic: z
    .string()
    .regex(/^[0-9A-Z]+$/, { error: "must be a BIC in upper case", abort: true })
    .refine(isValidBIC, "must be a BIC of 8 or 11 characters")
    .meta({ description: "ISO 9362", example: "DEUTDEFFXXX" }),
};

const paymentAnswer = {
  ...paymentData,
  requireSignature: z.boolean().meta({ description: "A change must carry a signature" }),
};

/** Reads which account a member pays from, and whether that may be changed. */
export const getCustomerPaymentData = operation({
  id: "getCustomerPaymentData",
  summary: "Read the bank account a member pays from",
  method: "GET",
  path: "/v1/customers/{customerId}/self-service/payment-data",
  scope: "customer.read",
  params: z.object({ customerId }),
  answer: amendable(paymentAnswer),
});

/** Asks for another bank account. Where `requireSignature` is set the studio demands `signature`. */
export const createCustomerPaymentDataAmendment = operation({
  id: "createCustomerPaymentDataAmendment",
  summary: "Change the bank account a member pays from",
  method: "POST",
  path: "/v1/customers/{customerId}/self-service/payment-data",
  scope: "customer.write",
  params: z.object({ customerId }),
  body: z.strictObject({
    ...paymentData,
    signature: z
      .strictObject({
        base64SvgSignature: z
          .string()
          .regex(/^[\w+/-]+={0,2}$/, "must be base64")
          .meta({ description: "SVG, in base64" }),
      })
      .optional()
      .meta({ description: "The member's signature under the SEPA mandate" }),
  }),
  answer: amendment(paymentAnswer),
  write: changing(getCustomerPaymentData),
});
