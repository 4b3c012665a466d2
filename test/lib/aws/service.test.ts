import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SignatureV4 } from "@smithy/signature-v4";
import * as fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { listen } from "#infra/http-server.ts";
import { createService, type ServiceOptions } from "#lib/aws/service.ts";
import { createSigner } from "#lib/aws/sign.ts";
import { createTransport } from "#lib/perfectgym/transport.ts";

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** AWS: what it was asked, and what it answers next. `hang`: nothing. Without a plan, an empty object. */
const seen: Seen[] = [];
let plan: ({ readonly status: number; readonly body: string } | "hang")[] = [];
const aws = createServer(async (request, response) => {
  const { method, url, headers } = request;
  seen.push({ method, url, headers, body: JSON.parse(await text(request)) });
  const next = plan.shift() ?? { status: 200, body: "{}" };
  if (next !== "hang") response.writeHead(next.status, { "content-type": "application/x-amz-json-1.0" }).end(next.body);
});
let endpoint: string;
beforeAll(async () => {
  endpoint = await listen(aws, 0);
});
afterAll(() => void aws.close().closeAllConnections());
beforeEach(() => {
  seen.length = 0;
  plan = [];
});

const region = "eu-central-1";
let credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token" };
const service = (more: Partial<ServiceOptions> = {}) =>
  createService({
    name: "dynamodb",
    endpoint: new URL(endpoint),
    target: "DynamoDB_20120810",
    jsonVersion: "1.0",
    region,
    credentials: () => credentials,
    transport: createTransport(),
    now: () => Date.now(),
    attempts: 3,
    timeoutMs: 5_000,
    ...more,
  });

/** The SDK's SHA-256, for its signer. */
const { sha256 } = new SecretsManagerClient({ region }).config;

test("requests are signed as AWS' own library signs them, also after a new day or secret", () =>
  fc.assert(
    fc.asyncProperty(
      fc.record({
        service: fc.constantFrom("dynamodb", "secretsmanager", "events"),
        region: fc.constantFrom("eu-central-1", "cn-north-1"),
      }),
      fc.array(
        fc.record({
          now: fc.oneof(fc.integer({ min: 0, max: 4_102_444_800_000 }), fc.constantFrom(0, 86_399_999, 86_400_000)),
          body: fc.json(),
          sessionToken: fc.option(fc.base64String({ minLength: 4 }), { nil: undefined }),
          secretAccessKey: fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom("one", "another")),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      async (scope, requests) => {
        const sign = createSigner(scope);
        const headers = {
          host: "service.example",
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": "T.Do",
        };
        for (const { now, body, sessionToken, secretAccessKey } of requests) {
          const own = { accessKeyId: "AKIDEXAMPLE", secretAccessKey, ...(sessionToken && { sessionToken }) };
          const signer = new SignatureV4({ ...scope, credentials: own, sha256 });
          const request = { method: "POST", protocol: "https:", hostname: "service.example", path: "/", headers, body };
          const theirs = await signer.sign(request, { signingDate: new Date(now) });
          expect(sign(headers, body, { credentials: own, now })).toEqual(theirs.headers);
        }
      },
    ),
  ));

/** What decides, of a request. The SDK also tells its own version and counts its attempts. */
const essential = ({ method, url, headers, body }: Seen) => ({
  method,
  url,
  body,
  headers: ["host", "content-type", "x-amz-target", "x-amz-security-token"].map((name) => headers[name]),
});

test("a request is the same as the SDK's, bytes included", async () => {
  const options = { endpoint, region, credentials, maxAttempts: 1 };
  const [dynamodb, secrets] = [new DynamoDBClient(options), new SecretsManagerClient(options)];
  const put = { TableName: "T", Item: { id: { S: "ä" }, answer: { B: Buffer.from([0, 255, 1]) }, n: { N: "1" } } };
  await dynamodb.send(new PutItemCommand(put));
  await service()("PutItem", put);
  await secrets.send(new GetSecretValueCommand({ SecretId: "studios" }));
  const own = service({ name: "secretsmanager", target: "secretsmanager", jsonVersion: "1.1" });
  await own("GetSecretValue", { SecretId: "studios" });
  const [theirPut, ourPut, theirGet, ourGet] = seen.map(essential);
  expect(ourPut).toEqual(theirPut);
  expect(ourGet).toEqual(theirGet);
  for (const client of [dynamodb, secrets]) client.destroy();
});

test("bytes and large numbers come back as they were stored", async () => {
  plan = [{ status: 200, body: '{"Item":{"answer":{"B":"AP8B"},"n":{"N":"9007199254740993"},"B":{"S":"text"}}}' }];
  expect(await service()("GetItem", {})).toEqual({
    Item: { answer: { B: Buffer.from([0, 255, 1]) }, n: { N: "9007199254740993" }, B: { S: "text" } },
  });
});

test("an error has the type that the SDK gives it, and says nothing of AWS' message", async () => {
  const body = '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"MARK 4711"}';
  plan = [
    { status: 400, body },
    { status: 400, body },
  ];
  const sdk = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
  const update = { TableName: "T", Key: { id: { S: "1" } } };
  const theirs = await sdk.send(new UpdateItemCommand(update)).catch((error: Error) => error.name);
  sdk.destroy();
  const ours = await service()("UpdateItem", update).catch((error: Error) => error);
  expect(ours).toMatchObject({ name: theirs, code: "400" });
  expect(String(ours)).not.toContain("MARK");
  expect(seen).toHaveLength(2);
});

test.each<[string, (typeof plan)[number]]>([
  ["a failure of AWS", { status: 500, body: "{}" }],
  ["an answer in HTML", { status: 503, body: "<html>" }],
  ["too many requests", { status: 400, body: '{"__type":"ProvisionedThroughputExceededException"}' }],
  ["no answer", "hang"],
])("after %s, the request is sent again, and no more often than allowed", async (_, mishap) => {
  const call = service({ timeoutMs: mishap === "hang" ? 100 : 5_000 });
  plan = [mishap, mishap];
  expect(await call("GetItem", {})).toEqual({});
  expect(seen).toHaveLength(3);
  plan = [mishap, mishap, mishap];
  await expect(call("GetItem", {})).rejects.toThrow();
  expect(seen).toHaveLength(6);
});

test("attempts end when the time for all of them is up", async () => {
  plan = ["hang", "hang", "hang"];
  await expect(service()("PutEvents", {}, { timeoutMs: 150, withinMs: 150 })).rejects.toThrow("no-answer");
  expect(seen).toHaveLength(1);
});

test("credentials that were replaced meanwhile sign the next request", async () => {
  const call = service();
  await call("GetItem", {});
  credentials = { accessKeyId: "AKIDNEW", secretAccessKey: "other", sessionToken: "new-token" };
  await call("GetItem", {});
  expect(
    seen.map(({ headers }) => [
      /Credential=(\w+)/.exec(String(headers["authorization"]))?.[1],
      headers["x-amz-security-token"],
    ]),
  ).toEqual([
    ["AKIDEXAMPLE", "token"],
    ["AKIDNEW", "new-token"],
  ]);
});

test("a service is where its own variable says, else where AWS_ENDPOINT_URL says, as for the SDK", async () => {
  const ask = async (environment: Readonly<Record<string, string>>) => {
    const given = { AWS_REGION: region, AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret", ...environment };
    for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value);
    vi.resetModules();
    const { dynamodb } = await import("#lib/wiring/aws.ts");
    await dynamodb("GetItem", {});
  };
  await ask({ AWS_ENDPOINT_URL_DYNAMODB: "", AWS_ENDPOINT_URL: endpoint });
  await ask({ AWS_ENDPOINT_URL_DYNAMODB: endpoint, AWS_ENDPOINT_URL: "http://localhost:1" });
  expect(seen.map(({ headers }) => headers["x-amz-target"])).toEqual(Array(2).fill("DynamoDB_20120810.GetItem"));
});
