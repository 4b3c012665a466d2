import { serve } from "#lib/http/serve.ts";
import { live } from "#lib/live.ts";
import { getContractData } from "#lib/operations/contracts.ts";

export const handler = serve(getContractData, live);
