import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { awsTimeLimit, variable } from "#lib/environment.ts";
import { createPublisher } from "#lib/events/publisher.ts";
import { createLog } from "#lib/observability/log.ts";
import type { DrainEffects } from "#lib/writes/drain.ts";
import { createOutbox } from "#lib/writes/outbox.ts";

/** Short timeouts: the SDK tries a slow table again on another connection, and the request still has time left. */
export const dynamodb = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: awsTimeLimit(500),
    requestTimeout: awsTimeLimit(1_000),
    throwOnRequestTimeout: true,
  },
});

/** One try only. If it fails, the event goes to the outbox. */
export const publisher = createPublisher({
  client: new EventBridgeClient({ maxAttempts: 1 }),
  bus: variable("EVENT_BUS"),
});

export const writesTable = variable("WRITES_TABLE");

/** The side effects of a function that only publishes. It has no access to the studios' keys. */
export const outbox: DrainEffects = {
  outbox: createOutbox({ client: dynamodb, table: writesTable, now: () => Date.now() }),
  publisher,
  log: createLog({ write: (line) => process.stdout.write(line), namespace: variable("METRICS_NAMESPACE") }),
};
