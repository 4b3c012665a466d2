import { createContractWithdrawalAmendment } from "#lib/operations/contracts.ts";
import { writes } from "#lib/wiring/writes.ts";
import { serveWrite } from "#lib/writes/serve-write.ts";

export const handler = serveWrite(createContractWithdrawalAmendment, writes);
