import { serve } from "#lib/http/serve.ts";
import { live } from "#lib/live.ts";
import { getCustomerContactData } from "#lib/operations/contact-data.ts";

export const handler = serve(getCustomerContactData, live);
