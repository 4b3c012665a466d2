import { serve } from "#lib/http/serve.ts";
import { live } from "#lib/live.ts";
import { createCustomerMasterDataAmendment } from "#lib/operations/master-data.ts";

export const handler = serve(createCustomerMasterDataAmendment, live);
