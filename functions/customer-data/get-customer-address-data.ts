import { serve } from "#lib/http/serve.ts";
import { getCustomerAddressData } from "#lib/operations/address-data.ts";
import { reads } from "#lib/wiring/reads.ts";

export const handler = serve(getCustomerAddressData, reads);
