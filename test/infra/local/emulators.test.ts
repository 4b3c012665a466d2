import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { BatchWriteItemCommand, DynamoDBClient, ListTablesCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, describe, expect, test } from "vitest";
import { startDynamoDb } from "#infra/local/dynamodb.ts";
import { startEmulators } from "#infra/local/emulators.ts";
import { startEventBridge } from "#infra/local/event-bridge.ts";
import type { Credentials } from "#infra/local/guard.ts";
import { startSecretsManager } from "#infra/local/secrets-manager.ts";
import { loadService, tablesOf } from "#infra/local/service.ts";
import { startSqs } from "#infra/local/sqs.ts";

const { service } = await loadService({});
const emulators = await startEmulators(service, { StudiosSecret: { "demo-studio": { apiKey: "key-of-tests" } } });
const sqs = await startSqs({ messages: {} }, emulators.credentials);
afterAll(() => Promise.all([emulators.close(), sqs.close()]));

const urlOf = (name: string) => emulators.environment[`AWS_ENDPOINT_URL_${name}`] ?? "";
const options = (endpoint: string, credentials: Credentials) => ({
  endpoint,
  credentials,
  region: "eu-central-1",
  maxAttempts: 1,
});

const event = { EventBusName: "EventBus", Source: "tests", DetailType: "Test", Detail: "{}" };
const calls = {
  "Secrets Manager": {
    url: urlOf("SECRETS_MANAGER"),
    call: (given: Credentials) =>
      new SecretsManagerClient(options(urlOf("SECRETS_MANAGER"), given)).send(
        new GetSecretValueCommand({ SecretId: "StudiosSecret" }),
      ),
  },
  DynamoDB: {
    url: urlOf("DYNAMODB"),
    call: (given: Credentials) =>
      new DynamoDBClient(options(urlOf("DYNAMODB"), given)).send(new ListTablesCommand({ Limit: 1 })),
  },
  EventBridge: {
    url: urlOf("EVENTBRIDGE"),
    call: (given: Credentials) =>
      new EventBridgeClient(options(urlOf("EVENTBRIDGE"), given)).send(new PutEventsCommand({ Entries: [event] })),
  },
  SQS: {
    url: sqs.url,
    call: (given: Credentials) =>
      new SQSClient(options(sqs.url, given)).send(
        new GetQueueAttributesCommand({ QueueUrl: sqs.queueUrls["messages"], AttributeNames: ["All"] }),
      ),
  },
};

const ofOthers = { accessKeyId: "local", secretAccessKey: "local" };

/** The status of a request without a signature and with another host's name. */
const statusOf = async (url: string, host: string): Promise<number | undefined> => {
  const sent = request(url, { method: "POST", headers: { host } }).end("{}");
  const [answer]: IncomingMessage[] = await once(sent, "response");
  answer?.resume();
  return answer?.statusCode;
};

describe.each(Object.entries(calls))("the emulator of %s", (_, { url, call }) => {
  test("accepts only the credentials of this start", async () => {
    const { accessKeyId, secretAccessKey } = emulators.credentials;
    expect(await call(emulators.credentials)).toMatchObject({ $metadata: { httpStatusCode: 200 } });
    for (const wrong of [
      ofOthers,
      { accessKeyId, secretAccessKey: "local" },
      { accessKeyId: "local", secretAccessKey },
    ])
      await expect(call(wrong)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    expect(await statusOf(url, "localhost")).toBe(403);
  });

  test("answers only under this machine's names", async () => {
    const { port } = new URL(url);
    for (const host of [
      `rebound.example.com:${port}`,
      `localhost.example.com:${port}`,
      "127.0.0.1.example.com",
      "[::2]",
    ])
      expect(await statusOf(url, host)).toBe(421);
    for (const host of ["LOCALHOST", `127.0.0.1:${port}`, `[::1]:${port}`]) expect(await statusOf(url, host)).toBe(403);
  });
});

test("each start has its own credentials", async () => {
  const others = await startEmulators(service, {});
  await others.close();
  expect(others.credentials.accessKeyId).not.toBe(emulators.credentials.accessKeyId);
  expect(others.credentials.secretAccessKey).not.toBe(emulators.credentials.secretAccessKey);
});

test("the emulator of DynamoDB ends what it has begun before it closes", async () => {
  const emulator = await startDynamoDb(tablesOf(service));
  const client = new DynamoDBClient(options(emulator.url, ofOthers));
  const puts = Array.from({ length: 25 }, (_, i) => ({ PutRequest: { Item: { id: { S: `${i}` } } } }));
  const begun = Array.from({ length: 20 }, () =>
    client.send(new BatchWriteItemCommand({ RequestItems: { RemindersTable: puts } })),
  );
  const ended = Promise.allSettled(begun);
  await Promise.race(begun);
  // dynalite throws outside of any call if its database closes too early, and the whole process ends.
  await emulator.close();
  await ended;
  client.destroy();
});

test("the emulator of DynamoDB keeps no more memory than its items need", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const inBuffers = () => {
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  const emulator = await startDynamoDb(tablesOf(service));
  const client = new DynamoDBClient(options(emulator.url, ofOthers));
  const before = inBuffers();
  for (let i = 0; i < 400; i++) {
    await client.send(new PutItemCommand({ TableName: "LimitsTable", Item: { id: { S: `${i}` } } }));
    // What a gateway does between two items uses the rest of a shared pool of buffers, if there is one.
    Buffer.from("x".repeat(20_000));
  }
  // What is no longer used goes in the background.
  await expect.poll(() => inBuffers() - before, { timeout: 10_000 }).toBeLessThan(4_000_000);
  client.destroy();
  await emulator.close();
});

const starts = [
  { target: "DynamoDB_20120810.ListTables", start: async () => startDynamoDb({}) },
  { target: "AWSEvents.PutEvents", start: async () => startEventBridge() },
  {
    target: "secretsmanager.GetSecretValue",
    start: async () => {
      const { url, server } = await startSecretsManager(new Map());
      return { url, close: async () => server.close().closeAllConnections() };
    },
  },
];

test.each(starts)("an emulator survives a caller that breaks off in $target", async ({ target, start }) => {
  const emulator = await start();
  const { hostname, port } = new URL(emulator.url);
  const caller = connect(Number(port), hostname).resume();
  caller.end(`POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: ${target}\r\ncontent-length: 9\r\n\r\n{`);
  await once(caller, "close");
  await emulator.close();
});
