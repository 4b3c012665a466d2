import { serveWrite } from "#lib/http/serve-write.ts";
import { live } from "#lib/live-writes.ts";
import { createCustomerPaymentDataAmendment } from "#lib/operations/payment-data.ts";

export const handler = serveWrite(createCustomerPaymentDataAmendment, live);
