import type { LiveWrites } from "#lib/http/serving.ts";
import { createLedger } from "#lib/idempotency/ledger.ts";
import { createWriter } from "#lib/perfectgym/write.ts";
import { live as reads } from "./live.ts";
import { dynamodb, publisher, writesTable } from "./live-events.ts";

/** The side effects of a Lambda that writes, apart from live.ts: one that only reads must not load them. */
export const live: LiveWrites = {
  ...reads,
  writer: createWriter(reads.perfectgym, reads.now),
  ledger: createLedger({ client: dynamodb, table: writesTable, now: reads.now }),
  publisher,
};
