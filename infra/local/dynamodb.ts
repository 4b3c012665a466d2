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

/** For emulators that were given none to check: they take any. */
export const credentials: Credentials = { accessKeyId: "local", secretAccessKey: "local" };

export interface DynamoDbOptions {
  /** What is there stays. @default memory */
  readonly folder?: string | undefined;
  /** @default takes any */
  readonly checked?: Credentials | undefined;
}

/** DynamoDB for the real SDK, with these tables. */
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

/** Its own `close` returns nothing, and what is kept in a folder is whole only when it calls back. */
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
