import { createServer, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeEach, expect, test } from "vitest";
import { listen } from "#infra/http-server.ts";
import { createLog } from "#lib/observability/log.ts";
import { deliverWebhooks } from "#lib/webhooks/deliver.ts";
import { createPost } from "#lib/webhooks/post.ts";
import { createPartnerQueues } from "#lib/webhooks/queues.ts";
import { createSecrets } from "#lib/webhooks/secrets.ts";
import { createSecret } from "#lib/webhooks/signature.ts";

const [newest, older] = [createSecret(), createSecret()];
const hour = 3_600;

interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly method: string | undefined;
}

/** What the partner's endpoint got, and how it answers. */
const got: Got[] = [];
let answer: { readonly status: number; readonly headers?: Readonly<Record<string, string>> };
const server = createServer(async (request, response) => {
  got.push({ headers: request.headers, body: await text(request), method: request.method });
  response.writeHead(answer.status, answer.headers).end("x".repeat(100_000));
});
const url = `${await listen(server, 0)}/hook?app=1`;
afterAll(() => server.close().closeAllConnections());

let lines: Record<string, unknown>[];
let commands: object[];
let secrets: string;
let sqsRefuses: boolean;

beforeEach(() => {
  got.length = 0;
  answer = { status: 204 };
  lines = [];
  commands = [];
  secrets = JSON.stringify({ "first-app": [{ secret: newest }] });
  sqsRefuses = false;
});

const sentAt = Date.now();

/** The function, some seconds after the messages were sent. */
const functionAfter = (seconds: number, { partnerUrl = url, allowsAnyEndpoint = true } = {}) => {
  const now = () => sentAt + seconds * 1000;
  const client = {
    send: async (command: { input: object }) => {
      if (sqsRefuses) throw new Error("SQS refuses member 4711");
      commands.push({ is: command.constructor.name, ...command.input });
      return {};
    },
  };
  return deliverWebhooks({
    endpoints: { "first-app": { url: partnerUrl, studios: ["one", "two"] } },
    log: createLog({ write: (line) => lines.push(JSON.parse(line)), namespace: "tests", now }),
    queues: createPartnerQueues({ client, stack: "perfectgym-gateway-dev", partners: ["first-app"] }),
    secretsOf: createSecrets({ fetchSecret: async () => secrets, now }),
    post: createPost({ allowsAnyEndpoint }),
    now,
    random: () => 0.5,
  });
};

const event = {
  version: "0",
  id: "eb-1",
  source: "perfectgym-gateway",
  "detail-type": "ContractCancelationRequested",
  time: "2026-11-26T08:00:01Z",
  detail: {
    eventId: "rmG--sQJ",
    receivedAt: "2026-11-26T08:00:00.123Z",
    studioId: "two",
    contractId: "9007199254740993",
  },
};

const messageOf = (body: string, receives = 1, id = "m1"): SQSRecord => ({
  messageId: id,
  receiptHandle: `handle of ${id}`,
  body,
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: String(sentAt),
    SenderId: "events",
    ApproximateFirstReceiveTimestamp: String(sentAt),
  },
  messageAttributes: {},
  md5OfBody: "",
  eventSource: "aws:sqs",
  eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:perfectgym-gateway-dev-webhook-first-app",
  awsRegion: "eu-central-1",
});

const message = messageOf(JSON.stringify(event));
const run = (handler: ReturnType<typeof functionAfter>, ...Records: SQSRecord[]) =>
  handler({ Records }, { awsRequestId: "run-1" });
const done = { batchItemFailures: [] };
const again = { batchItemFailures: [{ itemIdentifier: "m1" }] };
const queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/perfectgym-gateway-dev-webhook-first-app";
const deadLetters = "https://sqs.eu-central-1.amazonaws.com/123456789012/perfectgym-gateway-dev-failed-first-app";

test("an event is posted once, and the published library verifies its signature", async () => {
  expect(await run(functionAfter(0), message)).toEqual(done);
  expect(got).toHaveLength(1);
  const { headers = {}, body = "", method }: Partial<Got> = got[0] ?? {};
  expect(method).toBe("POST");
  expect(headers).toMatchObject({ "content-type": "application/json", "webhook-id": "rmG--sQJ" });
  const verified = new Webhook(newest).verify(body, headers as Record<string, string>);
  expect(verified).toEqual({
    type: "ContractCancelationRequested",
    timestamp: "2026-11-26T08:00:00.123Z",
    data: event.detail,
  });
  expect(() => new Webhook(newest).verify(`${body} `, headers as Record<string, string>)).toThrow("No matching");
  expect(commands).toEqual([]);
  expect(lines).toEqual([
    expect.objectContaining({
      level: "info",
      operation: "deliverWebhook",
      requestId: "run-1",
      partner: "first-app",
      eventId: "rmG--sQJ",
      type: "ContractCancelationRequested",
      attempt: 1,
      outcome: "delivered",
      status: 204,
      ms: expect.any(Number),
      WebhookDelivered: 1,
    }),
  ]);
  for (const hidden of [event.detail.contractId, newest, newest.slice("whsec_".length), "/hook", "localhost"])
    expect(JSON.stringify(lines)).not.toContain(hidden);
});

test("while a replaced secret is valid, both sign, and afterwards only the newest does", async () => {
  const untilAfterAnHour = new Date(sentAt + hour * 1000).toISOString();
  secrets = JSON.stringify({ "first-app": [{ secret: newest }, { secret: older, until: untilAfterAnHour }] });
  await run(functionAfter(0), message);
  await run(functionAfter(2 * hour), message);
  const verifies = (secret: string, place: number) => {
    const { headers = {}, body = "" }: Partial<Got> = got[place] ?? {};
    // The library compares with today's clock. Two hours later only the signature counts here.
    const signed = new Date(Number(headers["webhook-timestamp"]) * 1000);
    const wanted = new Webhook(secret).sign(String(headers["webhook-id"]), signed, body);
    return String(headers["webhook-signature"]).split(" ").includes(wanted);
  };
  expect([verifies(newest, 0), verifies(older, 0)]).toEqual([true, true]);
  expect([verifies(newest, 1), verifies(older, 1)]).toEqual([true, false]);
});

test.each([
  ["at once", 0, 6],
  ["after 5 s", 6, 314],
  ["after 5 min", 314, 1881],
  ["after 2 h 35 min", 9_400, 18_805],
])("a try %s that fails hides the message until the next one", async (_, waited, hidden) => {
  answer = { status: 500 };
  expect(await run(functionAfter(waited), messageOf(JSON.stringify(event), waited === 0 ? 1 : 2))).toEqual(again);
  expect(commands).toEqual([
    {
      is: ChangeMessageVisibilityCommand.name,
      QueueUrl: queueUrl,
      ReceiptHandle: "handle of m1",
      VisibilityTimeout: hidden,
    },
  ]);
  expect(lines).toEqual([
    expect.objectContaining({
      level: "warn",
      outcome: "failed",
      status: 500,
      retryInSeconds: hidden,
      WebhookFailed: 1,
    }),
  ]);
});

test.each([
  ["a redirect", { status: 302, headers: { location: "/elsewhere" } }, 6],
  ["429 that asks for a minute", { status: 429, headers: { "retry-after": "60" } }, 61],
  ["503 that asks for less than the schedule", { status: 503, headers: { "retry-after": "1" } }, 6],
  ["503 that asks for a week", { status: 503, headers: { "retry-after": "604800" } }, 43_140],
])("%s is a failure, and Retry-After only makes the pause longer", async (_, given, hidden) => {
  answer = given;
  expect(await run(functionAfter(0), message)).toEqual(again);
  expect(commands).toMatchObject([{ VisibilityTimeout: hidden }]);
  expect(got).toHaveLength(1);
});

test("an endpoint that does not answer is tried again, and the log names only what the connection saw", async () => {
  const handler = functionAfter(0, { partnerUrl: "http://localhost:1/hook" });
  expect(await run(handler, message)).toEqual(again);
  expect(lines).toMatchObject([{ outcome: "failed", retryInSeconds: 6, errors: [{ code: "ECONNREFUSED" }] }]);
  expect(lines[0]).not.toHaveProperty("status");
});

test.each([
  ["the last try, after 75 hours", () => functionAfter(272_105), messageOf(JSON.stringify(event), 15), 500],
  ["410: the endpoint wants no more", () => functionAfter(0), message, 410],
  [
    "an event of another studio",
    () => functionAfter(0),
    { ...event, detail: { ...event.detail, studioId: "three" } },
    204,
  ],
  ["something that is no event", () => functionAfter(0), "not JSON", 204],
  [
    "an event whose id has a full stop",
    () => functionAfter(0),
    { ...event, detail: { ...event.detail, eventId: "a.b" } },
    204,
  ],
])("%s puts the message into the partner's dead-letter queue", async (_, handler, given, status) => {
  answer = { status };
  const record = typeof given === "object" && "body" in given ? given : messageOf(JSON.stringify(given));
  expect(await run(handler(), record)).toEqual(done);
  expect(commands).toEqual([{ is: "SendMessageCommand", QueueUrl: deadLetters, MessageBody: record.body }]);
  expect(lines).toMatchObject([{ level: "error", outcome: "given-up", WebhookFailed: 1 }]);
  expect(got).toHaveLength(status === 204 ? 0 : 1);
});

test("an event that waited for days in its queue still gets its first try and another one", async () => {
  answer = { status: 500 };
  expect(await run(functionAfter(300_000), message)).toEqual(again);
  expect(commands).toMatchObject([{ VisibilityTimeout: 6 }]);
  expect(lines).toMatchObject([{ attempt: 1 }]);
});

test("a partner without a signing secret gets nothing yet, and its event waits", async () => {
  for (const without of ["{}", "", '{"first-app":[{"secret":"whsec_short"}]}']) {
    secrets = without;
    expect(await run(functionAfter(0), message)).toEqual(again);
  }
  expect(got).toEqual([]);
  expect(lines).toMatchObject(Array(3).fill({ outcome: "failed", errors: [{ name: "SigningSecretMissing" }] }));
});

test.each([
  ["http", "http://localhost:1/hook"],
  ["a name that leads to this machine", "https://localhost.:1/hook"],
  ["an address", "https://127.0.0.1/hook"],
  ["credentials", "https://user:password@app.example.com/hook"],
])("a deployed function sends nothing to %s", async (_, partnerUrl) => {
  expect(await run(functionAfter(0, { partnerUrl, allowsAnyEndpoint: false }), message)).toEqual(again);
  expect(lines).toMatchObject([{ outcome: "failed", errors: [{ name: "EndpointNotPublic" }] }]);
});

test("one message that fails does not hold up the others of its batch", async () => {
  const broken = { ...messageOf(JSON.stringify(event), 1, "m1"), eventSourceARN: "arn:aws:sqs:eu-central-1:1:other" };
  const sound = messageOf(JSON.stringify(event), 1, "m2");
  expect(await run(functionAfter(0), broken, sound)).toEqual(again);
  expect(got).toHaveLength(1);
});

test("if SQS does not answer, the message comes back, and the log has no message of the error", async () => {
  sqsRefuses = true;
  answer = { status: 500 };
  expect(await run(functionAfter(0), message)).toEqual(again);
  expect(lines.at(-1)).toMatchObject({ operation: "deliverWebhook", errors: [{ name: "Error" }] });
  expect(JSON.stringify(lines)).not.toContain("4711");
});

/** Plays SQS: a message comes back when it is due, whatever it waits for. Returns when the endpoint got it, in seconds. */
const tries = async (status: number) => {
  answer = { status };
  const at: number[] = [];
  let [waited, receives, isOver] = [0, 0, false];
  while (!isOver) {
    receives += 1;
    const before = got.length;
    const { batchItemFailures } = await run(functionAfter(waited), messageOf(JSON.stringify(event), receives));
    if (got.length > before) at.push(waited);
    isOver = batchItemFailures.length === 0;
    waited += Number(Reflect.get(commands.at(-1) ?? {}, "VisibilityTimeout") ?? 0);
  }
  return { at, receives };
};

test("an endpoint that is down for three days gets ten tries at the times of Standard Webhooks", async () => {
  const { at, receives } = await tries(503);
  const wanted = [0, 5, 305, 2_105, 9_305, 27_305, 63_305, 113_705, 185_705, 272_105];
  expect(at).toHaveLength(wanted.length);
  // Each is up to a tenth of its pause later than planned.
  for (const [place, due] of wanted.entries()) {
    const latest = due + Math.ceil((due - (wanted[place - 1] ?? 0)) / 10) + 1;
    expect(at[place]).toBeGreaterThanOrEqual(due);
    expect(at[place]).toBeLessThanOrEqual(latest);
  }
  // In pauses of more than 12 hours the message comes back on the way.
  expect(receives).toBeGreaterThan(10);
  expect(lines.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(commands.at(-1)).toMatchObject({ is: "SendMessageCommand", QueueUrl: deadLetters });
});
