import { serve } from "#lib/http/serve.ts";
import { live } from "#lib/live.ts";
import { getCustomerAddressData } from "#lib/operations/address-data.ts";

export const handler = serve(getCustomerAddressData, live);
