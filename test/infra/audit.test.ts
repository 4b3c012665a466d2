import { createServer } from "node:http";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from "vitest";
import { audit } from "#infra/audit.ts";
import { outcomeOf } from "#infra/command.ts";
import { listen } from "#infra/http-server.ts";
import { credentials, startDynamoDb } from "#infra/local/dynamodb.ts";

/** CloudFormation's part of the wire: one stack that has the table, and one from before it. */
const cloudFormation = createServer(async (request, response) => {
  const stack = new URLSearchParams(await text(request)).get("StackName");
  const output = stack === "perfectgym-gateway-prod" ? "AuditTable" : "EventBus";
  const outputs = `<member><OutputKey>${output}</OutputKey><OutputValue>AuditTable</OutputValue></member>`;
  const stacks = `<Stacks><member><Outputs>${outputs}</Outputs></member></Stacks>`;
  response
    .writeHead(200, { "content-type": "text/xml" })
    .end(`<DescribeStacksResponse><DescribeStacksResult>${stacks}</DescribeStacksResult></DescribeStacksResponse>`);
});

let dynamodb: Awaited<ReturnType<typeof startDynamoDb>>;
let client: DynamoDBClient;
let record: (event: unknown) => Promise<void>;
beforeAll(async () => {
  dynamodb = await startDynamoDb(inject("tables"));
  const environment = {
    AUDIT_TABLE: "AuditTable",
    AUDIT_YEARS: "3",
    AWS_ENDPOINT_URL_CLOUDFORMATION: await listen(cloudFormation, 0),
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  client = new DynamoDBClient({ endpoint: dynamodb.url, region: "local", credentials });
  ({ handler: record } = await import("#functions/events/record-audit.ts"));
});
afterAll(async () => {
  client.destroy();
  cloudFormation.close().closeAllConnections();
  await dynamodb.close();
});

const run = (...args: readonly string[]) => outcomeOf(audit, ["--stage", "prod", ...args], Readable.from([]));
const items = async () => (await client.send(new ScanCommand({ TableName: "AuditTable" }))).Items ?? [];

/** By a partner's token, on a path that names only the contract. */
const ofContract = {
  eventId: "cancelation-1",
  outcome: "accepted",
  receivedAt: "2026-11-25T12:48:20.829Z",
  operation: "createContractCancelationAmendment",
  clientId: "first-app",
  requestId: "request-1",
  studioId: "north",
  contractId: "2000",
};
const detail = {
  ...ofContract,
  customerId: "1000",
  requestedDate: "2027-01-31",
  cancelationStatus: "CANCELED",
  cancelationDate: "2027-02-28",
};
const cancelation = { "detail-type": "ContractCancelationRequested", detail };
const pause = {
  "detail-type": "IdlePeriodRequested",
  detail: { ...ofContract, eventId: "pause-1", receivedAt: "2026-11-26T09:00:00.000Z", outcome: "unknown" },
};
const others = [
  { ...cancelation, detail: { ...detail, eventId: "other-1", customerId: "1001", contractId: "2001" } },
  { ...cancelation, detail: { ...detail, eventId: "other-2", studioId: "south" } },
];

beforeEach(async () => {
  for (const event of [pause, cancelation, cancelation, ...others]) await record(event);
});

test("who canceled a member's contract, when, and what she was told, is answered for three years", async () => {
  const { code, stdout, stderr } = await run("list", "--studio", "north", "--customer", "1000");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [, ...lines] = stdout.trim().split("\n");
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    [
      detail.receivedAt,
      "ContractCancelationRequested",
      "2027-01-31",
      "accepted, CANCELED to 2027-02-28",
      "first-app",
      "1000",
      "2000",
      "request-1",
    ],
    [pause.detail.receivedAt, "IdlePeriodRequested", "unknown", "first-app", "2000", "request-1"],
  ]);
  const kept = (await items()).find(({ eventId }) => eventId?.S === detail.eventId);
  const years = (Number(kept?.["expiresAt"]?.N) - Date.parse(detail.receivedAt) / 1000) / (365.25 * 86_400);
  expect(years).toBeCloseTo(3, 3);
});

test("a contract's events are found without its member", async () => {
  const { stdout } = await run("list", "--studio", "north", "--contract", "2001");
  expect(stdout.trim().split("\n")).toHaveLength(2);
  expect(stdout).toContain("1001");
});

test("a member can be forgotten, and nobody else is", async () => {
  const refused = await run("forget", "--studio", "north", "--customer", "1000");
  expect(refused).toEqual({ code: 1, stdout: "", stderr: "2 events would be deleted. Add --yes to delete them.\n" });
  expect(await items()).toHaveLength(4);
  const { stdout } = await run("forget", "--studio", "north", "--customer", "1000", "--yes");
  expect(stdout).toBe("2 events deleted\n");
  expect((await items()).map(({ eventId }) => eventId?.S).sort()).toEqual(["other-1", "other-2"]);
});

test("a contract that no event of a member names can be forgotten, too", async () => {
  await record({ ...pause, detail: { ...pause.detail, eventId: "pause-2", contractId: "3000" } });
  const { stdout } = await run("forget", "--studio", "north", "--contract", "3000", "--yes");
  expect(stdout).toBe("1 events deleted\n");
  expect((await run("list", "--studio", "north", "--contract", "3000")).stdout.trim().split("\n")).toHaveLength(1);
});

test("an event that is not a write's is refused by field names alone, so that it ends in the queue of failures", async () => {
  const recording = record({ ...cancelation, detail: { ...detail, outcome: "MARK", iban: "MARK" } });
  await expect(recording).rejects.toThrow(/outcome/);
  await expect(recording).rejects.not.toThrow(/MARK/);
});

test("a stage from before the audit says so", async () => {
  const { stderr } = await run("list", "--studio", "north", "--customer", "1000", "--stage", "old");
  expect(stderr).toBe("the stage old keeps no audit yet: deploy this version first\n");
});

test.each([
  ["no studio", ["list", "--customer", "1000"]],
  ["a member and a contract", ["list", "--studio", "north", "--customer", "1000", "--contract", "2000"]],
  ["an id that is none", ["list", "--studio", "north", "--customer", "01000"]],
  ["nothing to do", ["--studio", "north", "--contract", "2000", "--yes"]],
])("%s is refused with the usage", async (_, args) => {
  expect((await run(...args)).stderr).toContain("usage: npm run audit");
});
