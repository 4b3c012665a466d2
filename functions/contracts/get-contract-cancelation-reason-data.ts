import { serve } from "#lib/http/serve.ts";
import { getContractCancelationReasonData } from "#lib/operations/contracts.ts";
import { reads } from "#lib/wiring/reads.ts";

export const handler = serve(getContractCancelationReasonData, reads);
