import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { withdrawAmendment } from "#lib/operations/amendments.ts";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { createContractCancelationAmendment, withdrawContractCancelation } from "#lib/operations/contracts.ts";
import { createCustomerMasterDataAmendment } from "#lib/operations/master-data.ts";
import { createCustomerPaymentDataAmendment } from "#lib/operations/payment-data.ts";
import { bodies } from "#test/bodies.ts";
import { type Answer, aFunction, hideLog, type Sent, setClock } from "#test/given.ts";
import type { Reply, Seen } from "#test/upstream.ts";

const cancel = await aFunction(
  createContractCancelationAmendment,
  () => import("#functions/contracts/create-contract-cancelation-amendment.ts"),
);
const withdraw = await aFunction(
  withdrawContractCancelation,
  () => import("#functions/contracts/withdraw-contract-cancelation.ts"),
);
const amend = await aFunction(
  createCustomerContactDataAmendment,
  () => import("#functions/customer-data/create-customer-contact-data-amendment.ts"),
);
const amendMaster = await aFunction(
  createCustomerMasterDataAmendment,
  () => import("#functions/customer-data/create-customer-master-data-amendment.ts"),
);
const amendPayment = await aFunction(
  createCustomerPaymentDataAmendment,
  () => import("#functions/customer-data/create-customer-payment-data-amendment.ts"),
);
const takeBack = await aFunction(withdrawAmendment, () => import("#functions/customer-data/withdraw-amendment.ts"));
const { upstream, secrets, table } = cancel;

const big = "9007199254740993";
const body = `{"contractId":${big},"cancelationDate":"2027-01-31","cancelationReasonId":1001}`;
const params = { customerId: "1000" };
const send = (change: Sent = {}) => cancel.send({ params, body, ...change });
const withKey = (key: string, change: Sent = {}) => send({ ...change, headers: { "idempotency-key": key } });

const contract = {
  startDate: "2025-02-01",
  endDate: "2027-01-31",
  rateName: "Premium",
  contractStatus: "ACTIVE",
  price: 19.9,
  priceDetails: {
    basePrice: { amount: 19.9, currency: "EUR" },
    currentPrice: { amount: 19.9, currency: "EUR" },
    paymentFrequency: { type: "RECURRING" },
  },
};
/** The member's contracts with this about the one that she cancels. */
const contracts = (about: object): Reply => ({
  body: `[{"id":1,${JSON.stringify(contract).slice(1, -1)}},{"id":${big},${JSON.stringify({ ...contract, ...about }).slice(1)}]`,
});
const canceled = contracts({ cancelationStatus: "CANCELED", cancelationDate: "2027-01-31" });
const notCanceled = contracts({});

/** Writes meet `write`, reads `read`. */
const upstreamWith = (write: Reply, read: Reply) =>
  upstream.answerAlways(({ method }: Seen) => (method === "GET" ? read : write));
const sentBy = (method: string) => upstream.requests.filter((seen) => seen.method === method);
const receiptOf = ({ json }: Answer) => (json as { receipt: Record<string, unknown> }).receipt;

const start = Date.now();
hideLog();
beforeEach(() => {
  upstream.requests.length = 0;
});

describe("a cancelation that succeeds", () => {
  test("gets the upstream's bytes and a receipt with what the contract shows after it", async () => {
    upstreamWith({ body: '{ "success" : "true", "new": 1.50 }' }, canceled);
    const before = Date.now();
    const answer = await send();
    expect(answer.text).toMatch(/^\{ "success" : "true", "new": 1\.50,"receipt":\{.*\}\}$/);
    expect(answer.text).toContain(`"contractId":${big}`);
    const { receivedAt, contractId: _, ...receipt } = receiptOf(answer);
    expect(receivedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(String(receivedAt))).toBeGreaterThanOrEqual(before);
    expect(receipt).toEqual({
      requestId: "request-of-tests=",
      studioId: "studio-of-tests",
      requestedDate: "2027-01-31",
      cancelationStatus: "CANCELED",
      cancelationDate: "2027-01-31",
    });
    expect([sentBy("POST").length, sentBy("GET").length]).toEqual([1, 1]);
  });

  test.each<[string, Reply]>([
    ["fails", { status: 500 }],
    ["is refused", { status: 404 }],
    ["does not know the contract", { body: "[]" }],
    ["shows no cancelation yet", notCanceled],
    ["is not JSON", { body: "<html>" }],
    ["is not as documented", { body: '{"contracts":[]}' }],
  ])("stays a success if the read-back %s, and the receipt says so", async (_, read) => {
    upstreamWith({ body: "{}" }, read);
    const answer = await send();
    expect(answer.status).toBe(200);
    expect(receiptOf(answer)).toMatchObject({ requestedDate: "2027-01-31", cancelationStatus: "NOT_YET_KNOWN" });
    expect(receiptOf(answer)).not.toHaveProperty("cancelationDate");
  });

  test("is found in a contract whose other fields are not as documented", async () => {
    const odd = `[{"id":"a"},{"id":${big},"price":"a lot","cancelationStatus":"CANCELED","cancelationDate":"2027-01-31"}]`;
    upstreamWith({ instead: "reset" }, { body: odd });
    expect(receiptOf(await send())).toMatchObject({ cancelationStatus: "CANCELED", cancelationDate: "2027-01-31" });
  });

  test.each([
    [`{"success":"true"${" ".repeat(1e6)},"x":[]${" ".repeat(1e6)}}`, `"x":[],"receipt":{`],
    [`${" ".repeat(1e6)}{${" ".repeat(1e6)}}`, `{"receipt":{`],
  ])("gets its receipt quickly, however many spaces the answer has", async (text, joint) => {
    upstreamWith({ body: text }, canceled);
    const startedAt = performance.now();
    const answer = await send();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(answer.text).toContain(joint);
    expect(receiptOf(answer)).toMatchObject({ cancelationStatus: "CANCELED" });
  });

  test("keeps its receipt for a repeat", async () => {
    upstreamWith({ body: "{}" }, canceled);
    const key = randomUUID();
    const [first, second] = [await withKey(key), await withKey(key)];
    expect(second.text).toBe(first.text);
  });
});

const doubts: readonly [string, Reply][] = [
  ["a hang", { instead: "hang" }],
  ["a reset", { instead: "reset" }],
  ["half an answer", { instead: "half", body: '{"succ' }],
  ["500", { status: 500, body: "{}" }],
  ["503 of a proxy", { status: 503, body: "<html>" }],
  ["a page", { body: "<html>" }],
  ["a redirect", { status: 302, headers: { location: "/" } }],
];

describe.each(doubts)("a cancelation that meets %s", (_, write) => {
  test("is a success if the contract shows it", async () => {
    upstreamWith(write, canceled);
    const answer = await send({ remainingMs: 3_500 });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ success: "true", receipt: { cancelationStatus: "CANCELED" } });
    expect(sentBy("POST")).toHaveLength(1);
  });

  test.each<[string, Reply]>([
    ["shows none", notCanceled],
    ["shows one to another date", contracts({ cancelationStatus: "CANCELED", cancelationDate: "2027-02-28" })],
    ["shows one without its date", contracts({ cancelationStatus: "CANCELED" })],
    ["cannot be read", { status: 500 }],
    ["is not there", { body: "[]" }],
  ])("is in doubt if the contract %s, and is not sent again", async (__, read) => {
    upstreamWith(write, read);
    expect(await send({ remainingMs: 3_500 })).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(sentBy("POST")).toHaveLength(1);
  });
});

describe("a repeat with the key of a cancelation in doubt", () => {
  const inDoubt = async () => {
    const key = randomUUID();
    setClock(start);
    upstreamWith({ status: 500 }, notCanceled);
    await withKey(key);
    upstream.requests.length = 0;
    return key;
  };

  test("only reads while a slow upstream may still work on the first attempt", async () => {
    const key = await inDoubt();
    upstreamWith({ body: "{}" }, notCanceled);
    const answer = await withKey(key);
    expect(answer).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(20);
    expect(sentBy("POST")).toEqual([]);
    setClock(start + 1_000 * Number(answer.headers["retry-after"]) + 100);
    expect((await withKey(key)).status).toBe(200);
    expect(sentBy("POST")).toHaveLength(1);
  });

  test("is a success once the contract shows it, with a receipt that has the time of the first request", async () => {
    const key = await inDoubt();
    upstreamWith({ body: "{}" }, canceled);
    setClock(start + 5_000);
    const answer = await withKey(key);
    expect(answer.status).toBe(200);
    expect(receiptOf(answer)["receivedAt"]).toBe(new Date(start).toISOString());
    expect(sentBy("POST")).toEqual([]);
    expect((await withKey(key)).headers["idempotent-replayed"]).toBe("true");
  });

  test("is not a failure if the upstream refuses it as a second cancelation", async () => {
    const key = await inDoubt();
    setClock(start + 60_000);
    let isRead = false;
    upstream.answerAlways(({ method }) => {
      if (method === "POST") return { status: 409, body: '{"errorMessage":"canceled already"}' };
      const shown = isRead ? canceled : notCanceled;
      isRead = true;
      return shown;
    });
    expect((await withKey(key)).status).toBe(200);
    expect(sentBy("POST")).toHaveLength(1);
  });

  test("stays in doubt while the contract cannot be read", async () => {
    const key = await inDoubt();
    setClock(start + 60_000);
    upstreamWith({ body: "{}" }, { status: 404 });
    const answer = await withKey(key);
    expect(answer).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(answer.headers["retry-after"]).toBe("5");
    expect(sentBy("POST")).toEqual([]);
  });
});

test("a read that began while the upstream might still work does not end the doubt, however long it takes", async () => {
  const key = randomUUID();
  setClock(start);
  upstreamWith({ status: 500 }, notCanceled);
  const first = await withKey(key);
  const waitMs = 1_000 * Number(first.headers["retry-after"]);
  expect(waitMs).toBeGreaterThan(20_000);
  setClock(start + waitMs - 2_000);
  upstream.requests.length = 0;
  upstream.answerAlways(({ method }) => {
    if (method === "GET") vi.setSystemTime(start + waitMs + 2_000);
    return method === "GET" ? notCanceled : { body: "{}" };
  });
  expect(await withKey(key)).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
  expect(sentBy("POST")).toEqual([]);
  expect((await withKey(key)).status).toBe(200);
  expect(sentBy("POST")).toHaveLength(1);
});

test("a second attempt in doubt starts a doubt of its own", async () => {
  const key = randomUUID();
  setClock(start);
  upstreamWith({ status: 500 }, notCanceled);
  await withKey(key);
  setClock(start + 60_000);
  await withKey(key);
  setClock(start + 62_000);
  await withKey(key);
  expect(sentBy("POST")).toHaveLength(2);
});

test("a write stays a success if the secret cannot be read after it", async () => {
  upstream.answerAlways(({ method }) => (method === "GET" ? { status: 401 } : { body: "{}" }));
  const kept = secrets.get("studios") ?? "";
  secrets.delete("studios");
  onTestFinished(() => void secrets.set("studios", kept));
  const answer = await send();
  expect([answer.status, receiptOf(answer)["cancelationStatus"]]).toEqual([200, "NOT_YET_KNOWN"]);
});

test("a repeat of a write whose answer is too large to keep reads the data", async () => {
  const key = randomUUID();
  upstreamWith({ body: `{"success":"true","note":"${"x".repeat(350_000)}"}` }, canceled);
  expect((await withKey(key)).text.length).toBeGreaterThan(350_000);
  const second = await withKey(key);
  expect([second.status, second.json]).toEqual([200, expect.objectContaining({ success: "true" })]);
  expect(sentBy("POST")).toHaveLength(1);
});

test("a repeat takes over the claim of a Lambda that died after its timeout, and reads before it sends", async () => {
  const key = randomUUID();
  upstreamWith({ body: "{}" }, canceled);
  setClock(start);
  table.next("UpdateItem", "refused", "refused", "refused");
  await withKey(key);
  upstream.requests.length = 0;
  setClock(start + 26_000);
  expect(await withKey(key)).toBeProblem(409, { code: "idempotency-key-in-use" });
  setClock(start + 30_000);
  const answer = await withKey(key);
  expect([answer.status, receiptOf(answer)["receivedAt"]]).toEqual([200, new Date(start).toISOString()]);
  expect(sentBy("POST")).toEqual([]);
});

describe("a cancelation without a reason", () => {
  const unreasoned = `{"contractId":${big},"cancelationDate":"2027-01-31"}`;
  const rotate = (entry: object) =>
    secrets.set(
      "studios",
      JSON.stringify({ "studio-of-tests": { baseUrl: upstream.url, apiKey: randomUUID(), ...entry } }),
    );

  test("is refused if the studio has no default", async () => {
    expect(await send({ body: unreasoned })).toBeProblem(400, { pointers: ["/cancelationReasonId"] });
    expect(upstream.requests).toEqual([]);
  });

  /** The functions fetch a secret anew once its key was rejected. */
  const rotateNow = async (entry: object) => {
    rotate(entry);
    upstream.answerNext({ status: 401 });
    upstreamWith({ body: "{}" }, canceled);
    await send();
  };

  test("stays in doubt if the studio's default was removed after an attempt whose outcome is unknown", async () => {
    const withoutReason = { body: unreasoned, headers: { "idempotency-key": randomUUID() } };
    setClock(start);
    await rotateNow({ defaultCancelationReasonId: 4711 });
    upstreamWith({ status: 500 }, notCanceled);
    expect(await send(withoutReason)).toBeProblem(504, { code: "outcome-unknown" });
    await rotateNow({});
    setClock(start + 60_000);
    expect(await send(withoutReason)).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    await rotateNow({ defaultCancelationReasonId: 4711 });
    setClock(start + 120_000);
    upstream.requests.length = 0;
    expect((await send(withoutReason)).status).toBe(200);
    expect(sentBy("POST")).toEqual([]);
  });

  test("gets the studio's default for a missing reason or null, and keeps the caller's own reason", async () => {
    rotate({ defaultCancelationReasonId: 4711 });
    upstream.answerNext({ status: 401 });
    upstreamWith({ body: "{}" }, canceled);
    await send();
    upstream.requests.length = 0;
    expect((await send({ body: unreasoned })).status).toBe(200);
    await send();
    await send({ body: unreasoned.replace("}", ',"cancelationReasonId":null}') });
    const reasons = sentBy("POST").map((seen) => JSON.parse(seen.body).cancelationReasonId);
    expect(reasons).toEqual([4711, 1001, 4711]);
  });
});

describe("the withdrawal of a cancelation in doubt", () => {
  const request = { params: { ...params, contractId: big }, remainingMs: 3_500 };
  test.each<[string, Reply, number]>([
    ["no cancelation", notCanceled, 200],
    ["a withdrawal that waits", contracts({ cancelationStatus: "PENDING_WITHDRAWAL_VERIFICATION" }), 200],
    ["a contract that has ended", contracts({ contractStatus: "INACTIVE" }), 504],
    ["a cancelation that waits", contracts({ cancelationStatus: "PENDING_VERIFICATION" }), 504],
    ["the cancelation", canceled, 504],
  ])("is settled by a contract that shows %s", async (_, read, status) => {
    upstreamWith({ instead: "reset" }, read);
    expect((await withdraw.send(request)).status).toBe(status);
    expect(sentBy("POST")).toHaveLength(1);
  });
});

describe("a change of data", () => {
  const wanted = { email: "robin@example.com", phonePrivate: "+49 30 1234567" };
  const change = (key?: string) =>
    amend.send({ params, body: wanted, ...(key !== undefined && { headers: { "idempotency-key": key } }) });
  const data = (current: object, pending?: string): Reply => ({
    body: `{"amendmentConfigurationStatus":"CHANGES_REQUIRE_VERIFICATION",${JSON.stringify(current).slice(1, -1)}${pending ? `,"pendingAmendment":${pending}` : ""}}`,
  });
  const other = { email: "old@example.com" };

  test.each([409, 400])(
    "gets the id of a pending one from the refusal (%i), always in the same place",
    async (status) => {
      upstreamWith(
        { status, body: '{"errorMessage":"pending"}' },
        data(other, `{"id":${big},"email":"kim@example.com"}`),
      );
      const answer = await change();
      expect(answer).toBeProblem(409, { code: "amendment-pending", outcome: undefined });
      expect(answer.text).toContain(`"pendingAmendmentId":${big}`);
      expect(answer.json).toMatchObject({ detail: "pending" });
      expect(answer.text).not.toContain("kim@");
    },
  );

  test.each<[string, Reply, Reply]>([
    ["nothing waits", { status: 409, body: '{"errorMessage":"conflict"}' }, data(other)],
    ["the customer is unknown", { status: 404, body: '{"errorMessage":"unknown"}' }, data(other, '{"id":1}')],
    ["the data cannot be read", { status: 409, body: '{"errorMessage":"conflict"}' }, { status: 500 }],
  ])("gets the refusal if %s", async (_, write, read) => {
    upstreamWith(write, read);
    expect((await change()).json).toMatchObject({ code: "upstream-refused" });
  });

  test.each<[number, string]>([
    [409, "email"],
    [400, "pendingAmendment"],
    [422, "amendments[0].id"],
  ])("gets the id of a pending one from the refusal (%i) with the reference %s", async (status, reference) => {
    const refusal = JSON.stringify({ errorMessage: "pending", reference });
    upstreamWith({ status, body: refusal }, data(other, `{"id":${big},"email":"kim@example.com"}`));
    const answer = await change();
    expect(answer).toBeProblem(409, { code: "amendment-pending" });
    expect(answer.text).toContain(`"pendingAmendmentId":${big}`);
    expect(answer.json).toMatchObject({ errors: [{ detail: "pending" }] });
  });

  test("gets the refusal of its field and the id of a pending one", async () => {
    const refusal = '{"errorMessage":"no such domain","reference":"email"}';
    upstreamWith({ status: 400, body: refusal }, data(other, '{"id":77,"email":"kim@example.com"}'));
    const answer = await change();
    expect(answer).toBeProblem(400, { code: "upstream-refused", pointers: ["/email"] });
    expect(answer.json).toMatchObject({
      pendingAmendmentId: 77,
      detail: "no such domain. A change of the same data is also pending.",
    });
  });

  test("learns that one without an id is pending", async () => {
    upstreamWith({ status: 409, body: '{"errorMessage":"no"}' }, data(other, '{"email":"kim@example.com"}'));
    const answer = await change();
    expect(answer).toBeProblem(409, { code: "amendment-pending" });
    expect(answer.json).not.toHaveProperty("pendingAmendmentId");
  });

  test("in doubt keeps the upstream's status and has the outcome unknown", async () => {
    upstreamWith({ status: 500 }, data(other));
    expect(await change()).toBeProblem(502, { code: "upstream-unavailable", outcome: "unknown" });
    expect(upstream.requests).toHaveLength(1);
  });

  test.each<[string, Reply, number, object]>([
    [
      "waits",
      data(other, `{"id":${big},"email":"robin@example.com","phonePrivate":"+49301234567"}`),
      200,
      { email: "robin@example.com", phonePrivate: "+49301234567" },
    ],
    ["was made", data(wanted), 200, wanted],
    ["does not show", data(other), 504, { outcome: "unknown" }],
    ["has another in its place", data(other, '{"id":1,"email":"kim@example.com"}'), 504, { outcome: "unknown" }],
    ["cannot be read", { status: 500 }, 504, { outcome: "unknown" }],
  ])("in doubt is settled by a repeat with the same key: it %s", async (_, read, status, answer) => {
    const key = randomUUID();
    upstreamWith({ status: 500 }, read);
    await change(key);
    const given = await change(key);
    expect(given.status).toBe(status);
    expect(given.json).toMatchObject(answer);
    expect(sentBy("POST")).toHaveLength(1);
  });
});

describe("a change in doubt", () => {
  const changes: Readonly<Record<string, typeof amend>> = {
    contact: amend,
    master: amendMaster,
    payment: amendPayment,
  };
  const whole = (kind: string) => bodies[`createCustomer${kind[0]?.toUpperCase()}${kind.slice(1)}DataAmendment`];
  const shown = (pendingAmendment: unknown, current: object = {}): Reply => ({
    body: JSON.stringify({
      ...current,
      amendmentConfigurationStatus: "CHANGES_REQUIRE_VERIFICATION",
      pendingAmendment,
    }),
  });
  /** Sends a change whose answer is lost, and gives what sends it again when the doubt is over. */
  const lost = async (kind: string, body: object, read: Reply) => {
    const request = { params, body: { ...whole(kind), ...body }, headers: { "idempotency-key": randomUUID() } };
    setClock(start);
    upstreamWith({ status: 500 }, read);
    await changes[kind]?.send(request);
    setClock(start + 60_000);
    upstream.requests.length = 0;
    return async () => (await changes[kind]?.send(request)) ?? expect.fail(`no ${kind}`);
  };

  test.each<[string, object, object]>([
    [
      "contact",
      { email: "Robin.Sample@Example.com", phonePrivate: "0170/1234567" },
      { email: "robin.sample@example.com", phonePrivate: "+49 170 1234567" },
    ],
    ["master", { firstName: "Zoe\u0308" }, { firstName: "Zo\u00eb", gender: "unisex" }],
    [
      "payment",
      { iban: "DE91100000000123456789", bic: "DEUTDEFF" },
      { iban: "de91 1000 0000 0123 4567 89", bic: "DEUTDEFFXXX" },
    ],
  ])("is found in the studio's own spelling: %s data", async (kind, sent, kept) => {
    const pending = { id: 77, ...whole(kind), ...sent, ...kept };
    const again = await lost(kind, sent, shown(pending));
    const answer = await again();
    expect([answer.status, answer.json]).toEqual([200, pending]);
    expect((await again()).headers["idempotent-replayed"]).toBe("true");
    expect(sentBy("POST")).toEqual([]);
  });

  test("stays in doubt and is never sent again if another one is pending", async () => {
    const again = await lost("master", {}, shown({ id: 77, ...whole("master"), lastName: "SAMPLE" }));
    for (let count = 0; count < 2; count++) {
      const answer = await again();
      expect(answer).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
      expect(answer.json).toMatchObject({
        pendingAmendmentId: 77,
        detail: expect.stringContaining("a pending change"),
      });
      expect(answer.text).not.toContain("SAMPLE");
      expect(answer.headers).not.toHaveProperty("retry-after");
    }
    expect(sentBy("POST")).toEqual([]);
  });

  test("is not denied because of one that came between the read and the second attempt", async () => {
    const again = await lost("contact", {}, shown(null));
    let isSent = false;
    upstream.answerAlways(({ method }) => {
      if (method === "GET") return shown(isSent ? { id: 77, email: "r.sample@example.com" } : null);
      isSent = true;
      return { status: 409, body: '{"errorMessage":"pending"}' };
    });
    const answer = await again();
    expect(answer).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(answer.json).toMatchObject({ pendingAmendmentId: 77 });
  });

  test.each<[string, Reply, number]>([
    ["shows nothing", shown(null), 409],
    ["fails", { status: 500 }, 504],
  ])("and refused the second time is only denied if a read shows nothing: it %s", async (_, read, status) => {
    const again = await lost("contact", {}, shown(null));
    let isSent = false;
    upstream.answerAlways(({ method }) => {
      if (method === "GET") return isSent ? read : shown(null);
      isSent = true;
      return { status: 409, body: '{"errorMessage":"no"}' };
    });
    expect((await again()).status).toBe(status);
  });

  test("gets no data that the caller did not send", async () => {
    const again = await lost("contact", {}, shown({ id: 77, ...whole("contact"), phonePrivate: "+49 30 1234567" }));
    expect((await again()).json).toEqual({ id: 77, ...whole("contact") });
  });
});

describe("a cancelation in doubt", () => {
  const lost = async (read: Reply) => {
    const key = randomUUID();
    setClock(start);
    upstreamWith({ status: 500 }, read);
    const first = await withKey(key);
    setClock(start + 60_000);
    return [first, await withKey(key)];
  };

  test.each<[string, object]>([
    ["another date", { cancelationStatus: "CANCELED", cancelationDate: "2027-02-28" }],
    ["a date that waits", { cancelationStatus: "PENDING_VERIFICATION", cancelationDate: "2027-02-28" }],
    ["no date", { cancelationStatus: "CANCELED" }],
    ["a date alone", { cancelationDate: "2027-01-31" }],
    ["its withdrawal", { cancelationStatus: "PENDING_WITHDRAWAL_VERIFICATION", cancelationDate: "2027-01-31" }],
    ["a status that is not documented", { cancelationStatus: "CANCELED_BY_LAW", cancelationDate: "2027-01-31" }],
  ])("stays in doubt and is never sent again if the contract shows one with %s", async (_, about) => {
    for (const answer of await lost(contracts(about))) {
      expect(answer).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
      expect(answer.json).toMatchObject({ ...about, detail: expect.stringContaining("shows a cancelation.") });
      expect(answer.headers).not.toHaveProperty("retry-after");
    }
    expect(sentBy("POST")).toHaveLength(1);
  });

  test("is never sent again if the contract has ended and shows no cancelation", async () => {
    for (const answer of await lost(contracts({ contractStatus: "INACTIVE" })))
      expect(answer).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(sentBy("POST")).toHaveLength(1);
  });

  test.each([{ cancelationReason: "Moving away" }, { cancelationOrigin: "CUSTOMER" }])(
    "is never sent again if the contract shows only %o",
    async (about) => {
      for (const answer of await lost(contracts(about))) {
        expect(answer).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
        expect(answer.json).toMatchObject({ detail: expect.stringContaining("shows a cancelation.") });
        expect(answer.text).not.toContain("Moving away");
      }
      expect(sentBy("POST")).toHaveLength(1);
    },
  );

  test.each(["2027-01-31T00:00:00", "31.01.2027"])("is found by its date, written %s", async (cancelationDate) => {
    const [first] = await lost(contracts({ cancelationStatus: "CANCELED", cancelationDate }));
    expect(first?.json).toMatchObject({ receipt: { requestedDate: "2027-01-31", cancelationDate } });
  });

  test("is found by an id in quotes and a status in lower case", async () => {
    const odd = `[{"id":"${big}","cancelationStatus":"canceled","cancelationDate":"2027-01-31"}]`;
    expect((await lost({ body: odd }))[0]?.status).toBe(200);
  });

  test("gets its receipt from the read that settled it, without a second read", async () => {
    upstreamWith({ instead: "reset" }, canceled);
    const answer = await send();
    expect(receiptOf(answer)).toMatchObject({ cancelationStatus: "CANCELED", cancelationDate: "2027-01-31" });
    expect(sentBy("GET")).toHaveLength(1);
  });
});

test("a contract with an undocumented status does not prove a withdrawal", async () => {
  upstreamWith(
    { instead: "reset" },
    contracts({ cancelationStatus: "WITHDRAWN_LATER", cancelationDate: "2027-01-31" }),
  );
  const answer = await withdraw.send({ params: { ...params, contractId: big } });
  expect(answer).toBeProblem(504, { code: "outcome-unknown" });
  expect(answer.json).toMatchObject({ cancelationStatus: "WITHDRAWN_LATER" });
});

test("a change that applies at once and that the data does not show is never sent again under one key", async () => {
  const request = {
    params,
    body: { email: "robin@example.com" },
    headers: { "idempotency-key": randomUUID() },
  };
  setClock(start);
  const other = '{"amendmentConfigurationStatus":"CHANGES_WITHOUT_VERIFICATION","email":"kim@example.com"}';
  upstreamWith({ status: 500 }, { body: other });
  await amend.send(request);
  setClock(start + 60_000);
  const second = await amend.send(request);
  expect(second).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
  expect(second.headers).not.toHaveProperty("retry-after");
  expect(sentBy("POST")).toHaveLength(1);
});

test("a change that stays pending and that the data does not show is sent again once the doubt is over", async () => {
  const request = { params, body: { email: "robin@example.com" }, headers: { "idempotency-key": randomUUID() } };
  setClock(start);
  const none = '{"amendmentConfigurationStatus":"CHANGES_REQUIRE_VERIFICATION","email":"kim@example.com"}';
  upstreamWith({ status: 500 }, { body: none });
  await amend.send(request);
  setClock(start + 60_000);
  upstreamWith({ body: '{"id":7,"email":"robin@example.com"}' }, { body: none });
  expect((await amend.send(request)).json).toMatchObject({ id: 7 });
  expect(sentBy("POST")).toHaveLength(2);
});

test("a write that takes longer than its Lambda is in doubt, whatever delayed it", async () => {
  upstreamWith({ body: "{}" }, canceled);
  table.next("UpdateItem", "hang");
  const answer = await withKey(randomUUID(), { remainingMs: 2_600 });
  expect(answer).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
  expect(sentBy("POST")).toHaveLength(1);
});

test("the withdrawal of a change in doubt is never sent twice under one key", async () => {
  const request = { params: { ...params, amendmentId: "7" }, headers: { "idempotency-key": randomUUID() } };
  setClock(start);
  upstreamWith({ status: 500 }, { body: "{}" });
  expect(await takeBack.send(request)).toBeProblem(502, { outcome: "unknown" });
  setClock(start + 60_000);
  const second = await takeBack.send(request);
  expect(second).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
  expect(second.headers).not.toHaveProperty("retry-after");
  expect(upstream.requests).toHaveLength(1);
});
