import { serve } from "#lib/http/serve.ts";
import { getAdditionalModuleContract } from "#lib/operations/additional-modules.ts";
import { reads } from "#lib/wiring/reads.ts";

export const handler = serve(getAdditionalModuleContract, reads);
