import { serve } from "#lib/http/serve.ts";
import { getContractData } from "#lib/operations/contracts.ts";
import { reads } from "#lib/wiring/reads.ts";

export const handler = serve(getContractData, reads);
