import { serveWrite } from "#lib/http/serve-write.ts";
import { live } from "#lib/live-writes.ts";
import { createCustomerMasterDataAmendment } from "#lib/operations/master-data.ts";

export const handler = serveWrite(createCustomerMasterDataAmendment, live);
