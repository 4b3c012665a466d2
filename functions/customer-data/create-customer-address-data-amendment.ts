import { serve } from "#lib/http/serve.ts";
import { live } from "#lib/live.ts";
import { createCustomerAddressDataAmendment } from "#lib/operations/address-data.ts";

export const handler = serve(createCustomerAddressDataAmendment, live);
