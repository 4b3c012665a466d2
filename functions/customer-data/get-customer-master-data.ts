import { serve } from "#lib/http/serve.ts";
import { live } from "#lib/live.ts";
import { getCustomerMasterData } from "#lib/operations/master-data.ts";

export const handler = serve(getCustomerMasterData, live);
