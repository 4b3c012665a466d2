import { createContractCancelationAmendment } from "#lib/operations/contracts.ts";
import { receipts } from "#lib/wiring/receipts.ts";
import { serveWrite } from "#lib/writes/serve-write.ts";

export const handler = serveWrite(createContractCancelationAmendment, receipts);
