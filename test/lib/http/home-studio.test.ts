import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { catalog } from "#lib/operations/catalog.ts";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { getContractCancelationReasonData, getContractData } from "#lib/operations/contracts.ts";
import { writeJson } from "#lib/operations/json.ts";
import { type Operation, pathOf } from "#lib/operations/operation.ts";
import { bodies } from "#test/bodies.ts";
import { aFunction, hideLog, partnerClaims, type Sent, theLog } from "#test/given.ts";
import type { Reply, Seen } from "#test/upstream.ts";

const { upstream, secrets, table, ...read } = await aFunction(
  getContractData,
  () => import("#functions/contracts/get-contract-data.ts"),
);
const write = await aFunction(
  createCustomerContactDataAmendment,
  () => import("#functions/customer-data/create-customer-contact-data-amendment.ts"),
);
const reasons = await aFunction(
  getContractCancelationReasonData,
  () => import("#functions/contracts/get-contract-cancelation-reason-data.ts"),
);

const big = "9007199254740993";
const keys: Readonly<Record<string, string>> = { "key-of-tests": "studio-of-tests", "key-of-other": "other-studio" };
const claims = { ...partnerClaims, client_id: "partner-of-two" };
const asked = "/v1/cross-studio/customers/1000";

/** What the upstream answers about the customer, and whether it has carried out a write whose answer was lost. */
let home: Reply;
let writing: Reply;
let pending: string;
const at = (upstreamStudioId: string): Reply => ({ body: `{"id":1000,"studioId":${upstreamStudioId}}` });

hideLog();
beforeAll(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterAll(() => void vi.useRealTimers());

const wait = (ms: number) => void vi.setSystemTime(Date.now() + ms);

/** From now on, the secret has these fields of the two studios besides URL and key. */
const studios = (ofTests: object | undefined, other: object | undefined) => {
  const entry = (apiKey: string, fields: object | undefined) => fields && { baseUrl: upstream.url, apiKey, ...fields };
  const entries = { "studio-of-tests": entry("key-of-tests", ofTests), "other-studio": entry("key-of-other", other) };
  secrets.set("studios", writeJson(entries));
  wait(600_000);
};

beforeEach(() => {
  studios({ upstreamStudioId: 1 }, { upstreamStudioId: 9_007_199_254_740_993n });
  [home, writing, pending] = [at(big), { body: '{"id":7}' }, ""];
  upstream.requests.length = 0;
  upstream.answerAlways(({ url, method }: Seen) => {
    if (url.startsWith("/v1/cross-studio/")) return home;
    return method === "POST" ? writing : { body: url.endsWith("contact-data") ? `{${pending}}` : "[]" };
  });
});

/** The requests that the upstream got, and by whose key. */
const seen = () =>
  upstream.requests.map(({ method, url, headers }) => `${keys[String(headers["x-api-key"])]} ${method} ${url}`);
const reads = (customerId = "1000", sent: Sent = {}) => read.send({ params: { customerId }, claims, ...sent });
const lookups = () => seen().filter((each) => each.includes("cross-studio")).length;

describe("a client of several studios that names none", () => {
  test("reaches the customer's home studio with that studio's key", async () => {
    const lines = theLog();
    expect((await reads()).status).toBe(200);
    expect(seen()).toEqual([
      `studio-of-tests GET ${asked}`,
      "other-studio GET /v1/memberships/1000/self-service/contract-data",
    ]);
    expect(lines).toMatchObject([{ status: 200, level: "info", studioId: "other-studio" }]);
  });

  test("causes one look-up a minute for each customer", async () => {
    for (let times = 0; times < 3; times++) await reads();
    expect(lookups()).toBe(1);
    home = { body: '{"id":1001,"studioId":1}' };
    expect((await reads("1001")).status).toBe(200);
    expect(seen().at(-1)).toBe("studio-of-tests GET /v1/memberships/1001/self-service/contract-data");
    home = at("1");
    wait(61_000);
    expect((await reads()).status).toBe(200);
    expect(seen().at(-1)).toBe("studio-of-tests GET /v1/memberships/1000/self-service/contract-data");
  });

  test("causes none if it names the studio, and gets what it names", async () => {
    expect((await reads("1000", { headers: { "studio-id": "studio-of-tests" } })).status).toBe(200);
    expect(seen()).toEqual(["studio-of-tests GET /v1/memberships/1000/self-service/contract-data"]);
  });

  test.each<[string, Reply, object]>([
    ["knows no such customer", { status: 404, body: '{"errorMessage":"unknown"}' }, { level: "info" }],
    ["does not say where she is", { body: '{"id":1000}' }, { level: "info" }],
    ["says null", { body: '{"id":1000,"studioId":null}' }, { level: "info" }],
    ["names a studio of others", { body: '{"id":1000,"studioId":2}' }, { level: "info" }],
    ["rounds", { body: '{"id":1000,"studioId":9007199254740992}' }, { level: "info" }],
    ["answers another customer", { body: '{"id":1001,"studioId":1}' }, { level: "info" }],
    ["answers nonsense", { body: "[]" }, { level: "info" }],
    ["forbids it", { status: 403, body: '{"errorMessage":"no"}' }, { level: "warn", homeStudio: "upstream-forbidden" }],
    ["rejects the key", { status: 401, body: '{"errorMessage":"no"}' }, { homeStudio: "upstream-rejected-key" }],
    ["breaks down", { status: 500 }, { level: "warn", homeStudio: "upstream-unavailable" }],
    ["is busy for long", { status: 503, headers: { "retry-after": "30" } }, { homeStudio: "upstream-busy" }],
    ["answers a page", { status: 404, body: "<html>" }, { level: "warn", homeStudio: "upstream-unavailable" }],
  ])("must name it if the upstream %s", async (_, reply, logged) => {
    home = reply;
    const lines = theLog();
    const refused = await reads();
    expect(refused).toBeProblem(400, { code: "request-invalid", pointers: ["/studio-id"] });
    expect(refused.text).toBe((await reasons.send({ claims })).text);
    expect(lines[0]).toMatchObject({ status: 400, code: "request-invalid", ...logged });
    expect("homeStudio" in (lines[0] ?? {})).toBe("homeStudio" in logged);
    expect(seen().every((each) => each.endsWith(asked))).toBe(true);
  });

  test("causes another look-up at once after a failure, and none for a minute after an answer", async () => {
    home = { status: 503, headers: { "retry-after": "30" } };
    await reads();
    home = { status: 403, body: '{"errorMessage":"no"}' };
    expect([(await reads()).status, (await reads()).status]).toEqual([400, 400]);
    expect(lookups()).toBe(2);
    home = at("1");
    wait(61_000);
    expect((await reads()).status).toBe(200);
  });

  test("reaches the home studio although an idle connection to the upstream was dead", async () => {
    upstream.answerNext({ instead: "reset" });
    expect((await reads()).status).toBe(200);
    expect(lookups()).toBe(2);
  });

  test("must name it if the upstream does not answer in time", async () => {
    home = { instead: "hang" };
    const lines = theLog();
    const started = performance.now();
    expect(await reads("1000", { remainingMs: 4_000 })).toBeProblem(400, { pointers: ["/studio-id"] });
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(lines).toMatchObject([{ homeStudio: "upstream-timed-out", level: "warn" }]);
  });

  test("must name it if the studios' entries cannot tell them apart", async () => {
    const [one, two] = [{ upstreamStudioId: 1 }, { upstreamStudioId: 2 }];
    const elsewhere = { ...two, baseUrl: "https://elsewhere.example.com" };
    for (const [ofTests, other] of [
      [{}, {}],
      [one, elsewhere],
    ]) {
      studios(ofTests, other);
      home = at("1");
      expect(await reads()).toBeProblem(400, { pointers: ["/studio-id"] });
      expect(seen()).toEqual([]);
    }
    studios(one, one);
    expect(await reads()).toBeProblem(400, { pointers: ["/studio-id"] });
    studios({ ...one, baseUrl: `${upstream.url}/` }, {});
    expect((await reads()).status).toBe(200);
    studios(one, undefined);
    expect((await reads()).status).toBe(200);
    studios({}, two);
    expect(await reads()).toBeProblem(400, { pointers: ["/studio-id"] });
  });

  test("gets the same answer if the secret cannot be fetched", async () => {
    secrets.set("studios", "no JSON");
    wait(2 * 3_600_000);
    const lines = theLog();
    expect(await reads()).toBeProblem(400, { pointers: ["/studio-id"] });
    expect(lines.at(-1)).toMatchObject({ operation: "getContractData", homeStudio: "internal-error" });
  });

  test("causes no look-up by a request that is refused for another reason", async () => {
    const refused = [
      await reads("1000", { claims: { ...claims, scope: "perfectgym/customer.read" } }),
      await reads("1000", { claims: { ...claims, customer_id: "1000" } }),
      await reads("1000", { claims: { ...claims, client_id: "partner-of-strangers" } }),
      await reads("01000"),
      await reads("1000;x"),
      await reads("1000", { query: { a: "b" } }),
      await write.send({ params: { customerId: "1000" }, claims, body: { email: 1 } }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 400, 400, 400, 400]);
    expect(seen()).toEqual([]);
  });

  test.each(Object.entries(catalog).flatMap(([folder, all]) => all.map((each: Operation) => ({ folder, ...each }))))(
    "must name it where the path has no customer: $method $path",
    async ({ folder, ...operation }) => {
      const file = operation.id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      const { send } = await aFunction(operation, () => import(`../../../functions/${folder}/${file}.ts`));
      const params = Object.fromEntries(Object.keys(operation.params.shape).map((name) => [name, "1000"]));
      const answer = await send({
        params,
        claims,
        body: bodies[operation.id],
        headers: { "idempotency-key": randomUUID() },
      });
      if ("customerId" in params) {
        expect(answer.status).toBe(200);
        expect(seen().slice(0, 2)).toEqual([
          `studio-of-tests GET ${asked}`,
          `other-studio ${operation.method} ${pathOf(operation, params)}`,
        ]);
      } else {
        expect(answer).toBeProblem(400, { pointers: ["/studio-id"] });
        expect(seen()).toEqual([]);
      }
    },
  );
});

describe("a write of such a client", () => {
  const writes = (key: string | undefined, studio?: string, sent: Sent = {}) =>
    write.send({
      params: { customerId: "1000" },
      body: { email: "robin@example.com" },
      claims,
      ...sent,
      headers: { ...(key && { "idempotency-key": key }), ...(studio && { "studio-id": studio }) },
    });
  const posts = () => seen().filter((each) => each.includes("POST"));

  test("must name the studio if it has no key", async () => {
    expect(await writes(undefined)).toBeProblem(400, { pointers: ["/studio-id"] });
    expect(seen()).toEqual([]);
  });

  test("stays with its studio although the customer moves, and is sent once", async () => {
    const key = randomUUID();
    expect((await writes(key)).status).toBe(200);
    home = at("1");
    wait(120_000);
    const repeat = await writes(key);
    expect([repeat.status, repeat.headers["idempotent-replayed"]]).toEqual([200, "true"]);
    expect((await writes(key, "other-studio")).headers["idempotent-replayed"]).toBe("true");
    expect(posts()).toHaveLength(1);
    expect(lookups()).toBe(1);
  });

  test("is refused under its key in another studio, in whichever order", async () => {
    const [left, named] = [randomUUID(), randomUUID()];
    await writes(left);
    const lines = theLog();
    const refused = await writes(left, "studio-of-tests");
    expect(refused).toBeProblem(422, { code: "idempotency-key-reused" });
    expect(lines).toMatchObject([{ status: 422, studioId: "studio-of-tests" }]);
    await writes(named, "studio-of-tests");
    expect(await writes(named, "other-studio")).toBeProblem(422, { code: "idempotency-key-reused" });
    expect((await writes(named)).headers["idempotent-replayed"]).toBe("true");
    expect(posts()).toEqual([expect.stringMatching(/^other-studio/), expect.stringMatching(/^studio-of-tests/)]);
  });

  test("in doubt is settled at its studio, and is not sent again although the customer has moved", async () => {
    const key = randomUUID();
    writing = { instead: "reset" };
    expect(await writes(key)).toBeProblem(502, { outcome: "unknown" });
    home = at("1");
    writing = { body: '{"id":7}' };
    pending = '"pendingAmendment":{"id":7,"email":"robin@example.com"}';
    wait(120_000);
    expect(await writes(key)).toMatchObject({ status: 200, json: { id: 7 } });
    expect(posts()).toHaveLength(1);
    expect(seen().at(-1)).toMatch(/^other-studio GET/);
  });

  test("of which another is faster between finding and recording its studio follows that one", async () => {
    const key = randomUUID();
    const [arrived, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    table.onRequest = async (operation, moment) => {
      if (operation !== "PutItem" || moment === "after") return;
      table.onRequest = () => {};
      arrived.resolve();
      await opened.promise;
    };
    const slow = writes(key);
    await arrived.promise;
    home = at("1");
    wait(61_000);
    const fast = await writes(key);
    opened.resolve();
    expect(await slow).toMatchObject({ status: 200, text: fast.text });
    expect(posts()).toEqual([expect.stringMatching(/^studio-of-tests/)]);
  });

  test("stays with its studio as long as a retry can find it in doubt", async () => {
    const key = randomUUID();
    writing = { instead: "reset" };
    await writes(key);
    pending = '"pendingAmendment":{"id":8,"email":"kim@example.com"}';
    wait(23 * 3_600_000);
    expect(await writes(key)).toBeProblem(504, { code: "outcome-unknown" });
    home = at("1");
    wait(23 * 3_600_000);
    expect(await writes(key)).toBeProblem(504, { code: "outcome-unknown" });
    expect(posts()).toHaveLength(1);
  });

  test.each<[string, number]>([
    ["two that found different homes", 2],
    ["five, of which some name a studio", 5],
  ])("happens once among requests at the same time: %s", async (_, count) => {
    const key = randomUUID();
    let turn = 0;
    const homes = [at(big), at("1")];
    // Each asks for itself, because none has found anything yet.
    upstream.answerAlways(({ url, method }: Seen) => {
      if (url.startsWith("/v1/cross-studio/")) return homes[turn++ % 2] ?? at("1");
      return method === "POST" ? { body: '{"id":7}' } : { body: "{}" };
    });
    const named = [undefined, undefined, "studio-of-tests", "other-studio", undefined];
    const answers = await Promise.all(named.slice(0, count).map((studio) => writes(key, studio)));
    expect(posts()).toHaveLength(1);
    for (const { status } of answers) expect([200, 409, 422]).toContain(status);
    expect((await writes(key)).headers["idempotent-replayed"]).toBe("true");
    expect(posts()).toHaveLength(1);
  });

  test("may go elsewhere under the same key after its 24 hours", async () => {
    const key = randomUUID();
    await writes(key);
    home = at("1");
    wait(23 * 3_600_000);
    expect((await writes(key)).headers["idempotent-replayed"]).toBe("true");
    wait(26 * 3_600_000);
    expect((await writes(key)).headers["idempotent-replayed"]).toBeUndefined();
    expect(posts().at(-1)).toMatch(/^studio-of-tests/);
  });

  test("is refused if its client may no longer use the studio of its key", async () => {
    const key = randomUUID();
    await writes(key);
    vi.stubEnv("PARTNERS", (process.env["PARTNERS"] ?? "").replace('tests","other-studio"]', 'tests","third-studio"]'));
    vi.resetModules();
    const now = await aFunction(
      createCustomerContactDataAmendment,
      () => import("#functions/customer-data/create-customer-contact-data-amendment.ts"),
    );
    const repeat = { params: { customerId: "1000" }, body: { email: "robin@example.com" }, claims };
    expect(await now.send({ ...repeat, headers: { "idempotency-key": key } })).toBeProblem(403, { code: "forbidden" });
    expect(posts()).toHaveLength(1);
  });

  test("is not sent while the table cannot say which studio its key has", async () => {
    for (const operation of ["GetItem", "PutItem"]) {
      table.next(operation, "refused", "refused", "refused");
      expect(await writes(randomUUID())).toBeProblem(503, { code: "ledger-unavailable", outcome: undefined });
    }
    expect(posts()).toEqual([]);
  });

  test("needs no more of the table if its client has one studio", async () => {
    table.seen.length = 0;
    await writes(randomUUID(), undefined, { claims: partnerClaims });
    expect(table.seen.filter((each) => each !== "Count")).toEqual(["PutItem", "UpdateItem"]);
  });
});
