import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
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
  // In memory, dynalite keeps each key and value as a Buffer. A few bytes of Node's shared pool would keep all 64 KB of it.
  Buffer.poolSize = 0;
  const server = dynalite({ createTableMs: 0, ...(folder !== undefined && { path: folder }) });
  const answering = watch(server);
  guard(server, checked);
  const url = await listen(server, 0);
  const client = new DynamoDBClient({ endpoint: url, region: "local", credentials: checked ?? credentials });
  await Promise.all(Object.entries(tables).map(([TableName, table]) => create(client, { TableName, ...table })));
  client.destroy();
  return {
    url,
    handle: (request, response) => void server.emit("request", request, response),
    close: () => closed(server, answering),
  };
};

/**
 * The answers that dynalite is working on. A request that breaks off is none of them: dynalite would throw outside of any
 * call, and here it forgets such a request.
 */
const watch = (server: Server): ReadonlySet<ServerResponse> => {
  const answering = new Set<ServerResponse>();
  server.prependListener("request", (request: IncomingMessage, response: ServerResponse) => {
    request.once("end", () => answering.add(response));
    response.once("close", () => response.writableEnded && answering.delete(response));
  });
  server.on("request", (request: IncomingMessage) => request.removeAllListeners("error"));
  return answering;
};

/**
 * dynalite's `close` returns nothing, and a folder is complete only after its callback. Below an answer that it still works
 * on, a closed database makes it throw outside of any call. Such an answer goes on when its caller is gone.
 */
const closed = async (server: Server, answering: ReadonlySet<ServerResponse>): Promise<void> => {
  server.closeAllConnections();
  while ([...answering].some(({ writableEnded }) => !writableEnded)) await sleep(1);
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
