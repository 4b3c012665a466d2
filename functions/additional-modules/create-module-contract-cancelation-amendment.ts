import { createModuleContractCancelationAmendment } from "#lib/operations/additional-modules.ts";
import { receipts } from "#lib/wiring/receipts.ts";
import { serveWrite } from "#lib/writes/serve-write.ts";

export const handler = serveWrite(createModuleContractCancelationAmendment, receipts);
