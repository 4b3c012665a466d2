import { serve } from "#lib/http/serve.ts";
import { getRemainingIdlePeriods } from "#lib/operations/idle-periods.ts";
import { reads } from "#lib/wiring/reads.ts";

export const handler = serve(getRemainingIdlePeriods, reads);
