import { serve } from "#lib/http/serve.ts";
import { live } from "#lib/live.ts";
import { withdrawContractCancelation } from "#lib/operations/contracts.ts";

export const handler = serve(withdrawContractCancelation, live);
