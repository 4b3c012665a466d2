import { serve } from "#lib/http/serve.ts";
import { getCustomerPaymentData } from "#lib/operations/payment-data.ts";
import { reads } from "#lib/wiring/reads.ts";

export const handler = serve(getCustomerPaymentData, reads);
