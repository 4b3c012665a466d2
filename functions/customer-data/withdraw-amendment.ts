import { serveWrite } from "#lib/http/serve-write.ts";
import { live } from "#lib/live-writes.ts";
import { withdrawAmendment } from "#lib/operations/amendments.ts";

export const handler = serveWrite(withdrawAmendment, live);
