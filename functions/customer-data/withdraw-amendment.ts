import { withdrawAmendment } from "#lib/operations/amendments.ts";
import { writes } from "#lib/wiring/writes.ts";
import { serveWrite } from "#lib/writes/serve-write.ts";

export const handler = serveWrite(withdrawAmendment, writes);
