import { createModuleContractCancelationAmendment } from "#lib/operations/additional-modules.ts";
import { writes } from "#lib/wiring/writes.ts";
import { serveWrite } from "#lib/writes/serve-write.ts";

export const handler = serveWrite(createModuleContractCancelationAmendment, writes);
