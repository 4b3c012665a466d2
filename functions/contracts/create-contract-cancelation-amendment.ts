import { serveWrite } from "#lib/http/serve-write.ts";
import { live } from "#lib/live-writes.ts";
import { createContractCancelationAmendment } from "#lib/operations/contracts.ts";

export const handler = serveWrite(createContractCancelationAmendment, live);
