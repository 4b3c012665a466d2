import { serve } from "#lib/http/serve.ts";
import { validateAdditionalModuleContractRequest } from "#lib/operations/additional-modules.ts";
import { reads } from "#lib/wiring/reads.ts";

export const handler = serve(validateAdditionalModuleContractRequest, reads);
