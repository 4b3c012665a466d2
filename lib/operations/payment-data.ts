import * as z from "zod/mini";
import { about } from "./about.ts";
import { amendable, amendment, change, changing, shownOnly } from "./amendable.ts";
import { customerId, filledLine, orNone } from "./fields.ts";
import { bicFault, electronicBic, electronicIban, ibanFault } from "./iban.ts";
import { readOperation, writeOperation } from "./operation.ts";
import { isBase64Svg, plainBase64 } from "./signature.ts";

/** A code in its standard form, or its fault. */
const code = (rightForm: (text: string) => string, faultOf: (code: string) => string | undefined) =>
  z.string().check(
    z.overwrite(rightForm),
    z.refine((text) => faultOf(text) === undefined, { error: ({ input }) => faultOf(String(input)) }),
  );

const paymentData = {
  accountHolder: about(filledLine, { description: "Who owns the account", example: "Robin Sample" }),
  bankName: about(filledLine, { description: "Name of the bank", example: "Sample Bank" }),
  iban: about(code(electronicIban, ibanFault), { description: "ISO 13616", example: "DE91 1000 0000 0123 4567 89" }),
  bic: about(code(electronicBic, bicFault), { description: "ISO 9362", example: "DEUTDEFFXXX" }),
};

const paymentAnswer = {
  ...paymentData,
  requireSignature: about(z.boolean(), { description: "A change must carry a signature" }),
};

/** Reads which account a member pays from, and whether that may be changed. */
export const getCustomerPaymentData = readOperation({
  id: "getCustomerPaymentData",
  summary: "Read the bank account a member pays from",
  method: "GET",
  path: "/v1/customers/{customerId}/self-service/payment-data",
  scope: "customer.read",
  params: z.object({ customerId }),
  answer: amendable(paymentAnswer),
});

/** Asks for another bank account. If the read shows `requireSignature`, the studio demands `signature`. */
export const createCustomerPaymentDataAmendment = writeOperation({
  id: "createCustomerPaymentDataAmendment",
  summary: "Change the bank account a member pays from",
  method: "POST",
  path: "/v1/customers/{customerId}/self-service/payment-data",
  scope: "customer.write",
  params: z.object({ customerId }),
  body: change({
    ...paymentData,
    requireSignature: shownOnly,
    signature: about(
      orNone(
        z.strictObject({
          base64SvgSignature: about(
            z
              .string()
              .check(
                z.overwrite(plainBase64),
                z.refine(isBase64Svg, "must be an SVG document in base64, as a signature pad writes it"),
              ),
            { description: "SVG in base64, or a data URL of it" },
          ),
        }),
      ),
      { description: "The member's signature under the SEPA mandate" },
    ),
  }),
  largestBodyBytes: 2 * 2 ** 20,
  answer: amendment(paymentAnswer),
  write: changing(getCustomerPaymentData),
});
