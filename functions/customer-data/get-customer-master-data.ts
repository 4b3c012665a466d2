import { serve } from "#lib/http/serve.ts";
import { getCustomerMasterData } from "#lib/operations/master-data.ts";
import { reads } from "#lib/wiring/reads.ts";

export const handler = serve(getCustomerMasterData, reads);
