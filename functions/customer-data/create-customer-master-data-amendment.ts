import { createCustomerMasterDataAmendment } from "#lib/operations/master-data.ts";
import { writes } from "#lib/wiring/writes.ts";
import { serveWrite } from "#lib/writes/serve-write.ts";

export const handler = serveWrite(createCustomerMasterDataAmendment, writes);
