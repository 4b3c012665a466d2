import { serve } from "#lib/http/serve.ts";
import { live } from "#lib/live.ts";
import { createCustomerPaymentDataAmendment } from "#lib/operations/payment-data.ts";

export const handler = serve(createCustomerPaymentDataAmendment, live);
