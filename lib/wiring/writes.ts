import type { LiveWrites } from "#lib/http/serving.ts";
import { createPepper } from "#lib/writes/key.ts";
import { createLedger } from "#lib/writes/ledger.ts";
import { createWriter } from "#lib/writes/writer.ts";
import { dynamodb, publisher, writesTable } from "./outbox.ts";
import { reads } from "./reads.ts";
import { fetchSecret } from "./upstream.ts";

// Every stage has a pepper. Without the variable, as in a test or a tool, ids are derived from the caller's key alone.
const pepperId = process.env["WRITES_PEPPER_ID"];

/** The side effects of a Lambda that writes. A Lambda that only reads must not load them, so they are not in reads.ts. */
export const writes: LiveWrites = {
  ...reads,
  writer: createWriter(reads.perfectgym, reads.now),
  ledger: createLedger({ dynamodb, table: writesTable, now: reads.now }),
  publisher,
  pepper: pepperId === undefined ? async () => "" : createPepper(() => fetchSecret(pepperId)),
};

// Fetches the pepper during the start, as the studios' keys. If that fails, the first request tries and reports it.
await writes.pepper().catch(() => undefined);
