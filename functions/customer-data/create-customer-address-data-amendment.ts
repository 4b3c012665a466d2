import { serveWrite } from "#lib/http/serve-write.ts";
import { live } from "#lib/live-writes.ts";
import { createCustomerAddressDataAmendment } from "#lib/operations/address-data.ts";

export const handler = serveWrite(createCustomerAddressDataAmendment, live);
