import { serveWrite } from "#lib/http/serve-write.ts";
import { live } from "#lib/live-writes.ts";
import { withdrawContractCancelation } from "#lib/operations/contracts.ts";

export const handler = serveWrite(withdrawContractCancelation, live);
