import { serve } from "#lib/http/serve.ts";
import { live } from "#lib/live.ts";
import { getContractCancelationReasonData } from "#lib/operations/contracts.ts";

export const handler = serve(getContractCancelationReasonData, live);
