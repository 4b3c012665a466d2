import { randomUUID } from "node:crypto";
import { type AttributeValue, DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { credentials } from "#infra/local/dynamodb.ts";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { getContractData, withdrawContractCancelation } from "#lib/operations/contracts.ts";
import { identify } from "#lib/writes/key.ts";
import { aFunction, hideLog, partnerClaims, pepper, type Sent, setClock, theLog } from "#test/given.ts";
import type { Reply } from "#test/upstream.ts";

const amend = await aFunction(
  createCustomerContactDataAmendment,
  () => import("#functions/customer-data/create-customer-contact-data-amendment.ts"),
);
const withdraw = await aFunction(
  withdrawContractCancelation,
  () => import("#functions/contracts/withdraw-contract-cancelation.ts"),
);
const read = await aFunction(getContractData, () => import("#functions/contracts/get-contract-data.ts"));
const { upstream, table } = amend;
const { handler: publishWaitingEvents } = await import("#functions/events/publish-waiting-events.ts");
const drain = () =>
  publishWaitingEvents({}, { awsRequestId: "drain-of-tests", getRemainingTimeInMillis: () => 27_000 });

const answer = '{"id": 8000000000000000001, "email":"robin@example.com"}';
const request = { params: { customerId: "1000" }, body: { email: "robin@example.com" } };
const send = (key: string, change: Sent = {}) =>
  amend.send({ ...request, ...change, headers: { "idempotency-key": key, ...change.headers } });

hideLog();
beforeEach(() => {
  upstream.requests.length = 0;
  upstream.answerAlways({ body: answer });
});

describe("a key", () => {
  test.each([
    ["a UUID", randomUUID()],
    ["a ULID", "01KAXQ4Z7M3N8P5R2T6V9W0XYZ"],
    ["16 characters", "V1StGXR8_Z5jdHi6"],
    ["16 characters in quotes", '"q1StGXR8_Z5jdHi6"'],
    ["255 characters", "k".repeat(255)],
    ["255 characters in quotes", `"${"q".repeat(255)}"`],
    ["every character a word may have", "!#$%&'()*+-./:;<=>?@[\\]^_`{|}~"],
    ["spaces and commas in quotes", '"a b, c, and some more"'],
    ["escapes in quotes", String.raw`"a \"b\" \\ c, and some more"`],
    ["255 quotes in quotes", `"${String.raw`\"`.repeat(255)}"`],
  ])("may be %s", async (_, key) => {
    expect((await send(key)).status).toBe(200);
    expect((await send(key)).headers["idempotent-replayed"]).toBe("true");
    expect(upstream.requests).toHaveLength(1);
  });

  test.each([
    ["empty", ""],
    ["empty in quotes", '""'],
    ["one character", "1"],
    ["a day", "20261125"],
    ["a day in quotes", '"2026-11-25"'],
    ["a member's number", "customer-1000"],
    ["15 characters", "V1StGXR8_Z5jdHi"],
    ["15 characters and their escapes", String.raw`"V1StGXR8_Z5jd\"\""`],
    ["256 characters", "k".repeat(256)],
    ["a million characters", `"${String.raw`\"`.repeat(500_000)}`],
    ["two keys in one header", `${randomUUID()},${randomUUID()}`],
    ["two words", "a-key-of-mine and-another"],
    ["an open quote", '"a-key-of-mine-alone'],
    ["a quote in the middle", 'a-key-of"mine-alone'],
    ["an unknown escape", String.raw`"a-key-of-mine-\alone"`],
    ["no ASCII", "mein-eigener-schlüssel"],
    ["a control character", '"a-key-of-mine-\talone"'],
  ])("must not be %s, and the problem shows how to send one", async (_, key) => {
    const given = await send(key);
    expect(given).toBeProblem(400, { code: "request-invalid", pointers: ["/idempotency-key"] });
    expect((given.json as { detail: string }).detail).toContain('Idempotency-Key: "');
    expect(upstream.requests).toEqual([]);
  });

  test("is the same in quotes and without", async () => {
    const key = randomUUID();
    await send(key);
    expect((await send(`"${key}"`)).headers["idempotent-replayed"]).toBe("true");
  });

  test("may be left out, and then every request is a new write", async () => {
    const [first, second] = [await amend.send(request), await amend.send(request)];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.headers).not.toHaveProperty("idempotent-replayed");
    expect(upstream.requests).toHaveLength(2);
    await drain();
  });

  test("is ignored by a read, also if it is malformed", async () => {
    const twice = { params: { customerId: "1000" }, headers: { "idempotency-key": '"' } };
    upstream.answerAlways({ body: "[]" });
    expect([(await read.send(twice)).status, (await read.send(twice)).status]).toEqual([200, 200]);
    expect(upstream.requests).toHaveLength(2);
  });
});

describe("a repeat with the same key", () => {
  test("gets the first answer again, byte by byte", async () => {
    const key = randomUUID();
    const [first, second] = [await send(key), await send(key)];
    expect([second.status, second.text]).toEqual([200, answer]);
    expect(first.headers).not.toHaveProperty("idempotent-replayed");
    expect(second.headers).toMatchObject({ "content-type": "application/json", "idempotent-replayed": "true" });
    expect(upstream.requests).toHaveLength(1);
  });

  test("reads the data if the answer is too large to keep because JSON escapes double it", async () => {
    const [key, lines] = [randomUUID(), theLog()];
    upstream.answerAlways({ body: `{"id":1,"email":"robin@example.com","x":"${'\\"'.repeat(140_000)}"}` });
    await send(key);
    expect(lines).not.toContainEqual(expect.objectContaining({ idempotency: "unsettled" }));
    expect((await send(key)).headers).not.toHaveProperty("idempotent-replayed");
  });

  test.each([400, 403, 404, 409, 422])("gets the upstream's refusal (%i) again", async (status) => {
    const key = randomUUID();
    upstream.answerAlways({ status, body: '{"errorMessage":"no","errorCode":"NO","reference":"email"}' });
    const [first, second] = [await send(key), await send(key)];
    expect([second.status, second.json]).toEqual([status, first.json]);
    expect(second.headers).toMatchObject({
      "content-type": "application/problem+json",
      "idempotent-replayed": "true",
    });
    expect(upstream.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  test.each<[string, Reply, number]>([
    ["a 429", { status: 429 }, 503],
    ["a 503", { status: 503, body: '{"errorMessage":"busy"}' }, 503],
    ["a 503 without a body", { status: 503 }, 503],
    ["a key that is not accepted", { status: 401, body: "{}" }, 502],
    ["a firewall's page", { status: 403, body: "<html>Blocked</html>" }, 502],
    ["an ingress's 404", { status: 404, body: "default backend - 404" }, 502],
    ["an API gateway's 400", { status: 400, body: '{"message":"Bad Request"}' }, 502],
    ["an empty 409", { status: 409 }, 502],
  ])("is carried out if the first met %s", async (_, reply, status) => {
    const key = randomUUID();
    upstream.answerNext(reply);
    expect((await send(key)).status).toBe(status);
    const second = await send(key);
    expect([second.status, second.text]).toEqual([200, answer]);
    expect(second.headers).not.toHaveProperty("idempotent-replayed");
  });

  test("with another payload is refused, whatever the order of its fields", async () => {
    const key = randomUUID();
    const body = { email: "robin@example.com", phonePrivate: "+49 30 1234567" };
    await send(key, { body });
    expect(await send(key, { body: { email: "kim@example.com" } })).toBeProblem(422, {
      code: "idempotency-key-reused",
    });
    const reordered = { phonePrivate: "+49 30 1234567", email: "robin@example.com" };
    expect((await send(key, { body: reordered })).headers["idempotent-replayed"]).toBe("true");
  });

  test("gets a Retry-After while the first still runs, and causes no second write", async () => {
    const key = randomUUID();
    const arrived = Promise.withResolvers<void>();
    table.onRequest = (operation, moment) => {
      if (operation === "PutItem" && moment === "after") arrived.resolve();
    };
    onTestFinished(() => {
      table.onRequest = () => {};
    });
    upstream.answerNext({ instead: "hang" });
    const first = send(key, { remainingMs: 2_500 });
    await arrived.promise;
    const second = await send(key);
    expect(second).toBeProblem(409, { code: "idempotency-key-in-use" });
    expect(Number(second.headers["retry-after"])).toBeGreaterThan(0);
    await first;
    expect(upstream.requests).toHaveLength(1);
  });

  test("twelve at once cause one write", async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 12 }, () => send(key)));
    expect(upstream.requests).toHaveLength(1);
    expect(answers.filter(({ status, headers }) => status === 200 && !headers["idempotent-replayed"])).toHaveLength(1);
    expect(answers.map(({ status }) => status).filter((status) => status !== 200 && status !== 409)).toEqual([]);
  });

  test("is another write a day later, also if the table still has the first", async () => {
    const key = randomUUID();
    const start = Date.now();
    setClock(start);
    await send(key);
    setClock(start + 24 * 3_600_000 - 1_000);
    expect((await send(key)).headers["idempotent-replayed"]).toBe("true");
    setClock(start + 24 * 3_600_000 + 1_000);
    expect((await send(key, { body: { email: "kim@example.com" } })).headers).not.toHaveProperty("idempotent-replayed");
    expect(upstream.requests).toHaveLength(2);
  });

  test("is another write a day later, also if the first one's event still waits, and both events are published", async () => {
    const key = randomUUID();
    const start = Date.now();
    setClock(start);
    await drain();
    amend.bus.always("refused");
    onTestFinished(() => amend.bus.always(undefined));
    await send(key);
    setClock(start + 24 * 3_600_000 + 1_000);
    const second = await send(key, { body: { email: "kim@example.com" } });
    expect([second.status, second.headers["idempotent-replayed"]]).toEqual([200, undefined]);
    expect(upstream.requests).toHaveLength(2);
    amend.bus.always(undefined);
    const seen = amend.events.length;
    setClock(start + 24 * 3_600_000 + 3_600_000);
    await drain();
    const sentAt = [start, start + 24 * 3_600_000 + 1_000].map((ms) => new Date(ms).toISOString());
    const own = amend.events.slice(seen).filter(({ detail }) => sentAt.includes(String(detail["receivedAt"])));
    expect(own.map(({ detail }) => detail["receivedAt"])).toEqual(sentAt);
    expect(new Set(own.map(({ detail }) => detail["eventId"])).size).toBe(2);
  });
});

describe("the same key of", () => {
  const key = randomUUID();
  test.each<[string, Sent]>([
    ["the first caller", {}],
    [
      "another partner",
      { claims: { ...partnerClaims, client_id: "partner-of-two" }, headers: { "studio-id": "studio-of-tests" } },
    ],
    ["a member through the first partner's app", { claims: { ...partnerClaims, customer_id: "1000" } }],
    ["the first caller for another member", { params: { customerId: "1001" } }],
  ])("%s is a key of its own", async (_, change) => {
    const given = await send(key, change);
    expect([given.status, given.headers["idempotent-replayed"]]).toEqual([200, undefined]);
    expect(upstream.requests).toHaveLength(1);
  });

  test("the first caller for another operation is a key of its own", async () => {
    const params = { customerId: "1000", contractId: "7" };
    upstream.answerAlways({ body: '{"success":"true"}' });
    const given = await withdraw.send({ params, headers: { "idempotency-key": key } });
    expect([given.status, given.headers["idempotent-replayed"]]).toEqual([200, undefined]);
  });
});

const client = new DynamoDBClient({ endpoint: table.url, region: "local", credentials });
const counts = async () => {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: "WritesTable" }));
  const count = (status: string) => Items.filter((item) => item["status"]?.S === status).length;
  return { running: count("running"), doubtful: count("in-doubt"), settled: count("settled") };
};

describe("the status in the table", () => {
  test("is running while the upstream works, settled after its answer, and in-doubt without one", async () => {
    const before = await counts();
    upstream.answerNext({ instead: "hang" });
    const sending = send(randomUUID(), { remainingMs: 2_500 });
    await vi.waitFor(() => expect(upstream.requests).toHaveLength(1), 60_000);
    expect((await counts()).running).toBe(before.running + 1);
    await sending;
    await send(randomUUID());
    expect(await counts()).toEqual({ ...before, settled: before.settled + 1, doubtful: before.doubtful + 1 });
  });
});

/** An item as version 0.1.0 wrote it, before there was a status. */
const oldItem = (
  key: string,
  attributes: (seal: (text: string) => Buffer, now: number) => Record<string, AttributeValue>,
) => {
  const scope = ["partner-of-tests", null, "studio-of-tests", "createCustomerContactDataAmendment", "1000"];
  const { id, fingerprint, seal } = identify({ scope, payload: [JSON.stringify(request.body)], key, pepper });
  const now = Date.now();
  const tomorrow = now + 24 * 3_600_000;
  return {
    id: { S: id },
    claim: { S: randomUUID() },
    fingerprint: { B: fingerprint },
    receivedAt: { N: `${now - 60_000}` },
    keptUntil: { N: `${tomorrow}` },
    forgetAt: { N: `${Math.ceil(tomorrow / 1000)}` },
    expiresAt: { N: `${Math.ceil(tomorrow / 1000)}` },
    ...attributes(seal, now),
  };
};

describe("an item of version 0.1.0, which has no status", () => {
  const put = (Item: Record<string, AttributeValue>) =>
    client.send(new PutItemCommand({ TableName: "WritesTable", Item }));
  const times = (leaseUntil: number, doubtUntil: number) => ({
    leaseUntil: { N: `${leaseUntil}` },
    doubtUntil: { N: `${doubtUntil}` },
  });

  test("gives its answer again", async () => {
    const key = randomUUID();
    const kept = JSON.stringify({ status: 200, type: "application/json", body: answer });
    await put(oldItem(key, (seal, now) => ({ ...times(now - 1, now + 29_000), answer: { B: seal(kept) } })));
    const repeat = await send(key);
    expect([repeat.text, repeat.headers["idempotent-replayed"]]).toEqual([answer, "true"]);
    expect(upstream.requests).toEqual([]);
    expect(await send(key, { body: { email: "kim@example.com" } })).toBeProblem(422, {
      code: "idempotency-key-reused",
    });
  });

  test("is not claimed by another request while it runs", async () => {
    const key = randomUUID();
    await put(oldItem(key, (_, now) => times(now + 29_000, now + 29_000)));
    expect(await send(key)).toBeProblem(409, { code: "idempotency-key-in-use" });
  });

  test("is in doubt after that, and a repeat reads before it sends", async () => {
    const key = randomUUID();
    await put(oldItem(key, (_, now) => times(now - 1, now + 29_000)));
    const shown = {
      amendmentConfigurationStatus: "CHANGES_REQUIRE_VERIFICATION",
      pendingAmendment: { id: 1, ...request.body },
    };
    upstream.answerAlways({ body: JSON.stringify(shown) });
    expect((await send(key)).status).toBe(200);
    expect(upstream.requests.map(({ method }) => method)).toEqual(["GET"]);
    expect((await send(key)).headers["idempotent-replayed"]).toBe("true");
  });
});

describe("the table", () => {
  test("reveals nothing of key, payload, answer or member", async () => {
    const key = "a-key-that-only-the-caller-has";
    const body = { email: "mark@example.com", phonePrivate: "+49 30 7654321" };
    upstream.answerNext({ body: '{"id":8123456789,"email":"mark@example.com"}' });
    await send(key, { params: { customerId: "4711081547110815" }, body });
    await drain();
    const { Items = [] } = await client.send(new ScanCommand({ TableName: "WritesTable" }));
    const bytes = Items.flatMap((item) =>
      Object.values(item).map(({ S, N, B }) => S ?? N ?? Buffer.from(B ?? []).toString("latin1")),
    ).join("\n");
    expect(Items.length).toBeGreaterThan(0);
    for (const secret of [key, "mark@", "7654321", "8123456789", "4711081547110815", "partner-of-tests", "contact"])
      expect(bytes).not.toContain(secret);
  });

  test("does not allow guessing keys without the pepper", async () => {
    const [key, payload] = [randomUUID(), '{"email":"robin@example.com"}'];
    await send(key);
    const { Items = [] } = await client.send(new ScanCommand({ TableName: "WritesTable" }));
    const scope = ["partner-of-tests", null, "studio-of-tests", createCustomerContactDataAmendment.id, "1000"];
    const isFound = (guess: string) => {
      const { id } = identify({ scope, payload: [payload], key, pepper: guess });
      return Items.some((item) => item["id"]?.S === id);
    };
    expect([pepper, "", key, "studios"].map(isFound)).toEqual([true, false, false, false]);
  });

  test("stops every write while its pepper cannot be fetched or is not a secret", async () => {
    vi.resetModules();
    onTestFinished(() => void amend.secrets.set("pepper", pepper));
    const fresh = await aFunction(createCustomerContactDataAmendment, () => {
      amend.secrets.delete("pepper");
      return import("#functions/customer-data/create-customer-contact-data-amendment.ts");
    });
    const key = randomUUID();
    const withKey = { ...request, headers: { "idempotency-key": key } };
    expect(await fresh.send(withKey)).toBeProblem(503, { code: "ledger-unavailable", outcome: undefined });
    amend.secrets.set("pepper", "short");
    expect(await fresh.send(withKey)).toBeProblem(503, { code: "ledger-unavailable", outcome: undefined });
    expect(upstream.requests).toEqual([]);
    amend.secrets.set("pepper", pepper);
    expect((await fresh.send(withKey)).status).toBe(200);
    amend.secrets.delete("pepper");
    expect((await fresh.send(withKey)).headers["idempotent-replayed"]).toBe("true");
  });

  test("stops every write while it cannot be reached", async () => {
    table.next("PutItem", "refused", "refused", "refused");
    const given = await send(randomUUID());
    expect(given).toBeProblem(503, { code: "ledger-unavailable", outcome: undefined });
    expect(given.headers["retry-after"]).toBe("5");
    expect(upstream.requests).toEqual([]);
  });

  test("does not lock the caller out if its answer to the claim is lost", async () => {
    table.next("PutItem", "answer-lost");
    expect((await send(randomUUID())).status).toBe(200);
    expect(upstream.requests).toHaveLength(1);
  });

  test("does not change the caller's answer if it fails after the write", async () => {
    const key = randomUUID();
    table.next("UpdateItem", "refused", "refused", "refused");
    expect((await send(key, { remainingMs: 2_500 })).text).toBe(answer);
    expect(await send(key)).toBeProblem(409, { code: "idempotency-key-in-use" });
  });

  test("keeps the answer also if its reply to the settlement is lost", async () => {
    const key = randomUUID();
    table.next("UpdateItem", "answer-lost");
    await send(key);
    expect((await send(key)).headers["idempotent-replayed"]).toBe("true");
  });
});
