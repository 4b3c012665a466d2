import { serveWrite } from "#lib/http/serve-write.ts";
import { live } from "#lib/live-writes.ts";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";

export const handler = serveWrite(createCustomerContactDataAmendment, live);
