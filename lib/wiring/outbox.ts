import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { awsTimeLimit, variable } from "#lib/environment.ts";
import { createPublisher } from "#lib/events/publisher.ts";
import { createLog } from "#lib/observability/log.ts";
import type { DrainEffects } from "#lib/writes/drain.ts";
import { createOutbox } from "#lib/writes/outbox.ts";

/** A table that is slow is asked again on another connection while there is still time for what comes after. */
export const dynamodb = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: awsTimeLimit(500),
    requestTimeout: awsTimeLimit(1_000),
    throwOnRequestTimeout: true,
  },
});

/** Asked once only: what fails is left to the outbox. */
export const publisher = createPublisher({
  client: new EventBridgeClient({ maxAttempts: 1 }),
  bus: variable("EVENT_BUS"),
});

export const writesTable = variable("WRITES_TABLE");

/** The side effects of what only publishes: without the studios' keys. */
export const outbox: DrainEffects = {
  outbox: createOutbox({ client: dynamodb, table: writesTable, now: () => Date.now() }),
  publisher,
  log: createLog({ write: (line) => process.stdout.write(line), namespace: variable("METRICS_NAMESPACE") }),
};
