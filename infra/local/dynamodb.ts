import type { RequestListener, Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { listen } from "#infra/http-server.ts";
import { type Credentials, guard } from "./guard.ts";

export type Table = Pick<
  CreateTableCommandInput,
  "AttributeDefinitions" | "KeySchema" | "GlobalSecondaryIndexes" | "BillingMode"
>;

export interface Emulator {
  readonly url: string;
  readonly close: () => Promise<unknown>;
}

/** For emulators that check no credentials. */
export const credentials: Credentials = { accessKeyId: "local", secretAccessKey: "local" };

export interface DynamoDbOptions {
  /** The folder of the tables. Tables that it has are kept. @default memory */
  readonly folder?: string | undefined;
  /** @default any credentials are valid */
  readonly checked?: Credentials | undefined;
}

/** An emulator of DynamoDB for the real SDK, with these tables. */
export const startDynamoDb = async (
  tables: Readonly<Record<string, Table>>,
  { folder, checked }: DynamoDbOptions = {},
): Promise<Emulator & { readonly handle: RequestListener }> => {
  const server = dynalite({ createTableMs: 0, ...(folder !== undefined && { path: folder }) });
  guard(server, checked);
  const url = await listen(server, 0);
  const client = new DynamoDBClient({ endpoint: url, region: "local", credentials: checked ?? credentials });
  await Promise.all(Object.entries(tables).map(([TableName, table]) => create(client, { TableName, ...table })));
  client.destroy();
  return {
    url,
    handle: (request, response) => void server.emit("request", request, response),
    close: () => closed(server),
  };
};

/** dynalite's `close` returns nothing. A folder is complete only after its callback. */
const closed = async (server: Server): Promise<void> => {
  const done = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeAllConnections();
  await done;
};

const create = async (client: DynamoDBClient, table: CreateTableCommandInput): Promise<void> => {
  const created = client.send(new CreateTableCommand(table));
  await created.catch((error) => {
    if (!(error instanceof ResourceInUseException)) throw error;
  });
  const { TableName } = table;
  while ((await client.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus !== "ACTIVE") await sleep(10);
};
