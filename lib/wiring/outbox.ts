import { createDynamoDb } from "#lib/dynamodb.ts";
import { variable } from "#lib/environment.ts";
import { createPublisher } from "#lib/events/publisher.ts";
import { createLog } from "#lib/observability/log.ts";
import type { DrainEffects } from "#lib/writes/drain.ts";
import { createOutbox } from "#lib/writes/outbox.ts";
import { dynamodb as call, eventBridge } from "./aws.ts";

export const dynamodb = createDynamoDb(call);

export const publisher = createPublisher({ call: eventBridge, bus: variable("EVENT_BUS") });

export const writesTable = variable("WRITES_TABLE");

/** The side effects of a function that only publishes. It has no access to the studios' keys. */
export const outbox: DrainEffects = {
  outbox: createOutbox({ dynamodb, table: writesTable, now: () => Date.now() }),
  publisher,
  log: createLog({ write: (line) => process.stdout.write(line), namespace: variable("METRICS_NAMESPACE") }),
};
