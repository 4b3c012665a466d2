import type { LiveWrites } from "#lib/http/serving.ts";
import { createPepper } from "#lib/writes/key.ts";
import { createLedger } from "#lib/writes/ledger.ts";
import { createWriter } from "#lib/writes/writer.ts";
import { dynamodb, publisher, writesTable } from "./outbox.ts";
import { reads } from "./reads.ts";
import { fetchSecret } from "./upstream.ts";

// Every stage has one. A test or a tool that names none derives from the caller's key alone.
const pepperId = process.env["WRITES_PEPPER_ID"];

/** The side effects of a Lambda that writes, apart from reads.ts: one that only reads must not load them. */
export const writes: LiveWrites = {
  ...reads,
  writer: createWriter(reads.perfectgym, reads.now),
  ledger: createLedger({ client: dynamodb, table: writesTable, now: reads.now }),
  publisher,
  pepper: pepperId === undefined ? async () => "" : createPepper(() => fetchSecret(pepperId)),
};

// As the studios' key: its fetch belongs to the start, and should it fail, to the first request, which reports it.
await writes.pepper().catch(() => undefined);
