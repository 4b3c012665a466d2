import { createCustomerAddressDataAmendment } from "#lib/operations/address-data.ts";
import { writes } from "#lib/wiring/writes.ts";
import { serveWrite } from "#lib/writes/serve-write.ts";

export const handler = serveWrite(createCustomerAddressDataAmendment, writes);
