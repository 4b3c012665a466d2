import { createTransport } from "#lib/perfectgym/transport.ts";
import { dynamodb } from "#lib/wiring/aws.ts";

const transport = createTransport();

const url = new URL("/v1/memberships/1000/self-service/contract-data", process.env["UPSTREAM_URL"]);
const headers = { accept: "application/json", "content-type": "application/json", "x-api-key": "key-of-bench" };
const body = [JSON.stringify({ contractId: 2000, cancelationDate: "2027-01-31", cancelationReasonId: 1 })];

const item = { TableName: "WritesTable", Key: { key: { S: "k".repeat(64) } }, UpdateExpression: "ADD taken :one" };

/** What a write does towards others, each by itself. */
const parts = {
  nothing: async () => {},
  "upstream-write": () =>
    transport({ url, method: "POST", headers, body, timeoutMs: 5_000, freshConnection: true }).then(() => {}),
  "upstream-read": () =>
    transport({ url, method: "GET", headers, timeoutMs: 5_000, freshConnection: false }).then(() => {}),
  "aws-call": () => dynamodb("UpdateItem", item).then(() => {}),
};

/** A Lambda that does one part, as its event names it. */
export const handler = async ({ part }: { part: keyof typeof parts }) => {
  await parts[part]();
  return { statusCode: 200 };
};
