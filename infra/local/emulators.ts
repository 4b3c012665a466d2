import { randomBytes } from "node:crypto";
import { type EventBridge, startEventBridge } from "./event-bridge.ts";
import type { Credentials } from "./guard.ts";
import { onDemand } from "./on-demand.ts";
import { startSecretsManager } from "./secrets-manager.ts";
import { type Service, tablesOf } from "./service.ts";

export interface Emulators {
  /** The variables that tell the SDK the emulators' addresses and credentials. */
  readonly environment: Readonly<Record<string, string>>;
  /** Made for this start. The emulators accept no others. */
  readonly credentials: Credentials;
  readonly bus: EventBridge;
  readonly close: () => Promise<unknown>;
}

/** The AWS services that the functions use, on this machine: secrets by logical id, tables (in `folder`) and the bus. */
export const startEmulators = async (
  service: Service,
  given: Readonly<Record<string, object>>,
  folder?: string,
): Promise<Emulators> => {
  const credentials = {
    accessKeyId: randomBytes(16).toString("hex"),
    secretAccessKey: randomBytes(32).toString("hex"),
  };
  const pepper = randomBytes(32).toString("base64url");
  const values = new Map(Object.entries(given).map(([id, value]) => [id, JSON.stringify(value)]));
  values.set("WritesPepper", pepper);
  const secrets = await startSecretsManager(values, credentials);
  const dynamodb = await onDemand(async () => {
    const { startDynamoDb } = await import("./dynamodb.ts");
    return startDynamoDb(tablesOf(service), { folder, checked: credentials });
  });
  const bus = await startEventBridge(credentials);
  return {
    credentials,
    environment: {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url,
      AWS_PATIENCE: "10",
    },
    bus,
    close: () => {
      secrets.server.close().closeAllConnections();
      return Promise.all([dynamodb.close(), bus.close()]);
    },
  };
};
