import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { writes } from "#lib/wiring/writes.ts";
import { serveWrite } from "#lib/writes/serve-write.ts";

export const handler = serveWrite(createCustomerContactDataAmendment, writes);
