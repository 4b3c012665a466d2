import { serve } from "#lib/http/serve.ts";
import { live } from "#lib/live.ts";
import { getCustomerPaymentData } from "#lib/operations/payment-data.ts";

export const handler = serve(getCustomerPaymentData, live);
