import { serve } from "#lib/http/serve.ts";
import { live } from "#lib/live.ts";
import { withdrawAmendment } from "#lib/operations/amendments.ts";

export const handler = serve(withdrawAmendment, live);
