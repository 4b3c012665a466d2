import { outbox } from "#lib/wiring/outbox.ts";
import { drainOutbox } from "#lib/writes/drain.ts";

export const handler = drainOutbox(outbox);
