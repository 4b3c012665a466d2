import { withdrawIdlePeriod } from "#lib/operations/idle-periods.ts";
import { writes } from "#lib/wiring/writes.ts";
import { serveWrite } from "#lib/writes/serve-write.ts";

export const handler = serveWrite(withdrawIdlePeriod, writes);
