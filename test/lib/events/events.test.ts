import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { type AttributeValue, DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, test } from "vitest";
import { credentials } from "#infra/local/dynamodb.ts";
import { withdrawAmendment } from "#lib/operations/amendments.ts";
import {
  createContractCancelationAmendment,
  createContractWithdrawalAmendment,
  withdrawContractCancelation,
} from "#lib/operations/contracts.ts";
import { createCustomerPaymentDataAmendment } from "#lib/operations/payment-data.ts";
import { bodies } from "../../bodies.ts";
import { aFunction, hideLog, setClock, theLog } from "../../given.ts";
import type { Reply } from "../../upstream.ts";

const cancel = await aFunction(
  createContractCancelationAmendment,
  () => import("#functions/contracts/create-contract-cancelation-amendment.ts"),
);
const withdraw = await aFunction(
  withdrawContractCancelation,
  () => import("#functions/contracts/withdraw-contract-cancelation.ts"),
);
const declare = await aFunction(
  createContractWithdrawalAmendment,
  () => import("#functions/contracts/create-contract-withdrawal-amendment.ts"),
);
const amend = await aFunction(
  createCustomerPaymentDataAmendment,
  () => import("#functions/customer-data/create-customer-payment-data-amendment.ts"),
);
const takeBack = await aFunction(withdrawAmendment, () => import("#functions/customer-data/withdraw-amendment.ts"));
const { handler } = await import("#functions/events/publish-waiting-events.ts");
const { upstream, table, bus, events } = cancel;

const big = "9007199254740993";
const customerId = "4711";
const cancelation = `{"contractId":${big},"cancelationDate":"2027-01-31","cancelationReasonId":1001}`;
const sendCancelation = (key = randomUUID(), remainingMs = 27_000) =>
  cancel.send({ params: { customerId }, body: cancelation, headers: { "idempotency-key": key }, remainingMs });
const drain = (remainingMs = 27_000) =>
  handler({}, { awsRequestId: "drain-of-tests", getRemainingTimeInMillis: () => remainingMs });
/** Those published since `seen` were. */
const published = () => events.slice(seen);
let seen = 0;
const client = new DynamoDBClient({ endpoint: table.url, region: "local", credentials });
const items = async () => (await client.send(new ScanCommand({ TableName: "WritesTable" }))).Items ?? [];
/** When the table forgets each, in hours from now. */
const hoursLeft = (found: Awaited<ReturnType<typeof items>>) =>
  found.map(({ expiresAt }) => Math.round((Number(expiresAt?.N) - Date.now() / 1000) / 3_600)).sort((a, b) => a - b);
/** What receivers have after a while, be the bus quick enough for the request or not. They know a repeat by its id. */
const received = async () => {
  await drain();
  return [...new Map(published().map((event) => [event.detail["eventId"], event])).values()];
};

hideLog();
beforeEach(async () => {
  bus.always(undefined);
  upstream.answerAlways({ body: "{}" });
  await drain();
  seen = events.length;
});

const known = {
  eventId: expect.stringMatching(/^[\w-]{32}$/),
  outcome: "accepted",
  receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  clientId: "partner-of-tests",
  requestId: "request-of-tests=",
  studioId: "studio-of-tests",
  customerId,
};

test.each([
  [
    "ContractCancelationRequested",
    () => sendCancelation(),
    { contractId: big, requestedDate: "2027-01-31", cancelationStatus: "NOT_YET_KNOWN" },
  ],
  [
    "ContractCancelationWithdrawn",
    () => withdraw.send({ params: { customerId, contractId: big } }),
    { contractId: big },
  ],
  [
    "ContractWithdrawalRequested",
    () => declare.send({ params: { customerId, contractId: big } }),
    { contractId: big, withdrawalStatus: "NOT_YET_KNOWN" },
  ],
  [
    "CustomerDataAmended",
    () => {
      upstream.answerAlways({ body: `{"id":${big},"iban":"DE91 1000 0000 0123 4567 89"}` });
      return amend.send({ params: { customerId }, body: bodies["createCustomerPaymentDataAmendment"] });
    },
    { amendmentId: big },
  ],
  ["AmendmentWithdrawn", () => takeBack.send({ params: { customerId, amendmentId: big } }), { amendmentId: big }],
])("%s is published for an accepted write, with ids, a receipt's words and no other data", async (type, write, ids) => {
  expect((await write()).status).toBe(200);
  expect(await received()).toEqual([
    {
      id: expect.any(String),
      bus: "EventBus",
      source: "perfectgym-gateway",
      type,
      time: expect.any(String),
      detail: { ...known, ...ids, operation: expect.any(String) },
    },
  ]);
});

test.each<[string, Reply]>([
  ["refused", { status: 400, body: '{"errorMessage":"no","reference":"email"}' }],
  ["too early", { status: 429 }],
])("nothing is published for a write that was %s, nor for its repeat", async (_, reply) => {
  upstream.answerAlways(reply);
  await sendCancelation();
  upstream.answerAlways({ body: "{}" });
  const key = randomUUID();
  await sendCancelation(key);
  await sendCancelation(key);
  expect(await received()).toHaveLength(1);
});

const contract = {
  id: 7,
  startDate: "2025-02-01",
  endDate: "2027-01-31",
  rateName: "Premium",
  contractStatus: "ACTIVE",
  cancelationStatus: "CANCELED",
  cancelationDate: "2027-01-31",
  price: 1,
  priceDetails: {
    basePrice: { amount: 1, currency: "EUR" },
    currentPrice: { amount: 1, currency: "EUR" },
    paymentFrequency: { type: "FREE" },
  },
};
const contracts = (changes: object) => JSON.stringify([{ ...contract, ...changes }]).replace('"id":7', `"id":${big}`);
const toldIn = ({ outcome, requestedDate, cancelationStatus, cancelationDate }: Readonly<Record<string, unknown>>) => [
  outcome,
  requestedDate,
  cancelationStatus,
  cancelationDate,
];

test("a write in doubt is published with the outcome unknown, and as accepted once it is settled", async () => {
  const key = randomUUID();
  upstream.answerAlways({ status: 500 });
  await sendCancelation(key);
  expect(await received()).toHaveLength(1);
  upstream.answerAlways({ body: contracts({}) });
  expect((await sendCancelation(key)).status).toBe(200);
  expect((await received()).map(({ detail }) => toldIn(detail))).toEqual([
    ["unknown", "2027-01-31", undefined, undefined],
    ["accepted", "2027-01-31", "CANCELED", "2027-01-31"],
  ]);
});

test.each([
  [
    "that the studio must verify",
    { cancelationStatus: "PENDING_VERIFICATION" },
    ["PENDING_VERIFICATION", "2027-01-31"],
  ],
  ["with another date", { cancelationDate: "2027-02-28" }, ["CANCELED", "2027-02-28"]],
  ["that the upstream describes in words", { cancelationStatus: "JaneDoe", cancelationDate: "soon" }, []],
])(
  "the event of a cancelation %s says what the receipt says, as far as that is no free text",
  async (_, shown, said) => {
    upstream.answerAlways({ body: contracts(shown) });
    expect((await sendCancelation()).status).toBe(200);
    const [status, date] = said;
    expect((await received()).map(({ detail }) => toldIn(detail))).toEqual([["accepted", "2027-01-31", status, date]]);
  },
);

describe("a bus that fails", () => {
  test.each(["refused", "hang", "answer-lost"] as const)(
    "(%s) costs no answer, and its events come later",
    async (mishap) => {
      bus.always(mishap);
      const lines = theLog();
      expect((await sendCancelation()).status).toBe(200);
      expect(lines).toEqual([expect.objectContaining({ event: "waiting" })]);
      bus.always(undefined);
      await drain();
      const ids = published().map(({ detail }) => detail["eventId"]);
      expect(new Set(ids).size).toBe(1);
      // An event whose answer was lost on a connection that was idle before is sent again at once, and then drained.
      expect(ids.length).toBeGreaterThanOrEqual(mishap === "answer-lost" ? 2 : 1);
      if (mishap !== "answer-lost") expect(ids).toHaveLength(1);
      await drain();
      expect(published()).toHaveLength(ids.length);
    },
  );

  test("leaves events in the table until it works again, and meanwhile the drain fails and is counted", async () => {
    bus.always("refused");
    await sendCancelation();
    await withdraw.send({ params: { customerId, contractId: big } });
    const lines = theLog();
    await expect(drain()).rejects.toThrow("2 event(s)");
    expect(lines).toEqual([expect.objectContaining({ EventsWaiting: 2, level: "warn", published: 0, waiting: 2 })]);
    expect(JSON.stringify(lines)).not.toContain(customerId);
    const thrown: unknown = await drain().catch((error: unknown) => error);
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain(customerId);
    bus.always(undefined);
    await drain();
    expect(
      published()
        .map(({ type }) => type)
        .sort(),
    ).toEqual(["ContractCancelationRequested", "ContractCancelationWithdrawn"]);
  });

  test("delays an answer by no more than 50 ms at the median", async () => {
    const timed = async (mishap: "hang" | undefined): Promise<number> => {
      bus.always(mishap);
      const startedAt = performance.now();
      await withdraw.send({ params: { customerId, contractId: big }, headers: { "idempotency-key": randomUUID() } });
      return performance.now() - startedAt;
    };
    // In turns, so that a busy machine slows both down.
    const delays: number[] = [];
    for (let i = 0; i < 7; i++) delays.push(-(await timed(undefined)) + (await timed("hang")));
    // Off AWS, limits are ten times as long.
    expect((delays.sort((a, b) => a - b)[3] ?? 0) / Number(process.env["AWS_PATIENCE"])).toBeLessThan(50);
  });
});

test("the event of a write whose Lambda died is published after the Lambda's time, with the outcome unknown", async () => {
  const start = Date.now();
  setClock(start);
  bus.always("refused");
  table.next("UpdateItem", "refused", "refused", "refused");
  await sendCancelation();
  bus.always(undefined);
  await drain();
  expect(published()).toEqual([]);
  setClock(start + 30_000);
  await drain();
  expect(published().map(({ detail }) => detail["outcome"])).toEqual(["unknown"]);
});

describe("an event that waits", () => {
  test("is kept for 14 days, and its write and answer for 24 hours", async () => {
    const before = (await items()).length;
    bus.always("refused");
    const key = randomUUID();
    await sendCancelation(key);
    await expect(drain()).rejects.toThrow("1 event(s)");
    expect((await items()).length).toBe(before + 2);
    expect(hoursLeft((await items()).filter(({ answer }) => answer)).at(-1)).toBe(24);
    const waiting = (await items()).filter(({ outbox }) => outbox?.S === "waiting");
    expect([hoursLeft(waiting), waiting.map(({ answer }) => answer)]).toEqual([[14 * 24], [undefined]]);
    expect((await sendCancelation(key)).headers["idempotent-replayed"]).toBe("true");
    bus.always(undefined);
    await drain();
    expect(published()).toHaveLength(1);
    expect(hoursLeft(await items()).at(-1)).toBe(24);
  });

  test("may be published before its next try, and its write is still deleted after 24 hours", async () => {
    bus.always("refused");
    await sendCancelation();
    bus.always(undefined);
    await drain();
    expect(published()).toHaveLength(1);
    expect(hoursLeft(await items()).at(-1)).toBe(24);
  });

  test("and is malformed does not delay others, is set aside, counted and kept", async () => {
    bus.always("refused");
    for (let i = 0; i < 5; i++) await withdraw.send({ params: { customerId, contractId: String(i + 1) } });
    bus.always(undefined);
    const dueAt = { N: "1" };
    const text = (S: string): AttributeValue => ({ S });
    const malformed: Readonly<Record<string, AttributeValue>>[] = [
      { event: text("Erika Mustermann") },
      { event: text("{}") },
      { event: text("null") },
      { event: text('{"type":"x"}') },
      { event: text('{"type":"","detail":{}}') },
      { event: text(JSON.stringify({ type: "x", detail: { text: "Erika ".repeat(5_000) } })) },
      { event: { N: "7" } },
      { claim: text("a-claim"), answer: { B: Buffer.from("sealed") } },
      {},
    ];
    for (const [place, item] of malformed.entries()) {
      const Item = { ...item, id: text(`malformed ${place}`), outbox: text("waiting"), dueAt };
      await client.send(new PutItemCommand({ TableName: "WritesTable", Item }));
    }
    const lines = theLog();
    await drain();
    expect(new Set(published().map(({ detail }) => detail["contractId"])).size).toBe(5);
    const counted = { published: 5, waiting: 0, malformed: malformed.length, EventsMalformed: malformed.length };
    expect(lines).toEqual([expect.objectContaining({ ...counted, level: "warn" })]);
    expect(JSON.stringify(lines)).not.toContain("Erika");
    const aside = (await items()).filter(({ outbox }) => outbox?.S === "malformed");
    expect(aside.map(({ event }) => event)).toEqual(expect.arrayContaining(malformed.map(({ event }) => event)));
    expect([aside.length, new Set(hoursLeft(aside))]).toEqual([malformed.length, new Set([14 * 24])]);
    await drain();
    expect(lines).toHaveLength(1);
  });

  test("and was tried comes after those that were not", async () => {
    for (let place = 1; place <= 101; place++) {
      const event = { S: JSON.stringify({ type: "CustomerDataAmended", detail: { place } }) };
      const Item = { id: { S: `write ${place}` }, claim: { S: `${place}` }, event, outbox: { S: "waiting" } };
      await client.send(new PutItemCommand({ TableName: "WritesTable", Item: { ...Item, dueAt: { N: `${place}` } } }));
    }
    bus.always("refused");
    await expect(drain()).rejects.toThrow("100 event(s)");
    bus.always(undefined);
    await drain();
    expect(published().map(({ detail }) => detail["place"])).toContain(101);
    await drain();
    expect(new Set(published().map(({ detail }) => detail["place"])).size).toBe(101);
  });

  test("is published although the table does not record that earlier ones were published", async () => {
    bus.always("refused");
    for (let i = 0; i < 12; i++) await withdraw.send({ params: { customerId, contractId: String(i + 1) } });
    bus.always(undefined);
    table.next("UpdateItem", ...Array(30).fill("refused"));
    await expect(drain()).rejects.toThrow();
    expect(new Set(published().map(({ detail }) => detail["contractId"])).size).toBe(12);
  });
});

test("a drain that has no time left for a batch leaves the events to the next one, and counts them", async () => {
  bus.always("refused");
  await sendCancelation();
  bus.always(undefined);
  const lines = theLog();
  await drain(9_000);
  expect(published()).toEqual([]);
  expect(lines.at(-1)).toMatchObject({ operation: "publishWaitingEvents", published: 0, EventsWaiting: 1 });
  await drain();
  expect(published()).toHaveLength(1);
});

test("more events than the bus takes in one call are all published", async () => {
  bus.always("refused");
  for (let i = 0; i < 23; i++) await withdraw.send({ params: { customerId, contractId: String(i + 1) } });
  bus.always(undefined);
  await drain();
  expect(new Set(published().map(({ detail }) => detail["contractId"])).size).toBe(23);
});
