import { drainOutbox } from "#lib/idempotency/drain.ts";
import { live } from "#lib/live-events.ts";

export const handler = drainOutbox(live);
