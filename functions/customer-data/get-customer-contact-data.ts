import { serve } from "#lib/http/serve.ts";
import { getCustomerContactData } from "#lib/operations/contact-data.ts";
import { reads } from "#lib/wiring/reads.ts";

export const handler = serve(getCustomerContactData, reads);
