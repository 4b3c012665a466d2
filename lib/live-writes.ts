import type { LiveWrites } from "#lib/http/serving.ts";
import { createPepper } from "#lib/idempotency/key.ts";
import { createLedger } from "#lib/idempotency/ledger.ts";
import { createWriter } from "#lib/perfectgym/write.ts";
import { fetchSecret, live as reads } from "./live.ts";
import { dynamodb, publisher, writesTable } from "./live-events.ts";

// Every stage has one. A test or a tool that names none derives from the caller's key alone.
const pepperId = process.env["WRITES_PEPPER_ID"];

/** The side effects of a Lambda that writes, apart from live.ts: one that only reads must not load them. */
export const live: LiveWrites = {
  ...reads,
  writer: createWriter(reads.perfectgym, reads.now),
  ledger: createLedger({ client: dynamodb, table: writesTable, now: reads.now }),
  publisher,
  pepper: pepperId === undefined ? async () => "" : createPepper(() => fetchSecret(pepperId)),
};

// As the studios' key: its fetch belongs to the start, and should it fail, to the first request, which reports it.
await live.pepper().catch(() => undefined);
