import { serve } from "#lib/http/serve.ts";
import { validateIdlePeriodRequest } from "#lib/operations/idle-periods.ts";
import { reads } from "#lib/wiring/reads.ts";

export const handler = serve(validateIdlePeriodRequest, reads);
