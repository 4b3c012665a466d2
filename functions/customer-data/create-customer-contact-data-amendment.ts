import { serve } from "#lib/http/serve.ts";
import { live } from "#lib/live.ts";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";

export const handler = serve(createCustomerContactDataAmendment, live);
