import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import {
  createContractCancelationAmendment,
  getContractCancelationReasonData,
  getContractData,
} from "#lib/operations/contracts.ts";
import { aFunction, hideLog, partnerClaims, type Sent, theLog } from "../../given.ts";
import type { Reply, Seen } from "../../upstream.ts";

const nothing = async () => ({ handler: undefined });
const params = { customerId: "1000" };
const claims = { ...partnerClaims, client_id: "partner-of-two" };

type Functions = Record<"read" | "reasons" | "cancel", (sent?: Sent) => ReturnType<Sender>>;
type Sender = Awaited<ReturnType<typeof aFunction>>["send"];
let { read, reasons, cancel } = {} as Functions;
let { upstream, secrets, table } = {} as Awaited<ReturnType<typeof aFunction>>;
let clock = Date.now();
const pass = (seconds: number) => {
  clock += seconds * 1_000;
  vi.setSystemTime(clock);
};

/** What the upstream says across studios, and about everything else. */
let home: Reply | (() => Reply);
let answer: (seen: Seen) => Reply;

const studio = (apiKey: string, upstreamStudioId: number) => ({ baseUrl: upstream.url, apiKey, upstreamStudioId });
const at = (studioId: number | null): Reply => ({ body: JSON.stringify({ id: 1000, status: "MEMBER", studioId }) });

beforeAll(async () => {
  // Before the functions read the secret for the first time.
  ({ upstream, secrets, table } = await aFunction(getContractData, nothing));
  secrets.set(
    "studios",
    JSON.stringify({ "studio-of-tests": studio("key-one", 11), "other-studio": studio("key-two", 22) }),
  );
  const { send } = await aFunction(getContractData, () => import("#functions/contracts/get-contract-data.ts"));
  read = (sent) => send({ params, claims, ...sent });
  const ofReasons = await aFunction(
    getContractCancelationReasonData,
    () => import("#functions/contracts/get-contract-cancelation-reason-data.ts"),
  );
  reasons = (sent) => ofReasons.send({ claims, ...sent });
  const ofCancel = await aFunction(
    createContractCancelationAmendment,
    () => import("#functions/contracts/create-contract-cancelation-amendment.ts"),
  );
  const body = { contractId: 2000, cancelationDate: "2027-01-31", cancelationReasonId: 1 };
  cancel = (sent) => ofCancel.send({ params, claims, body, ...sent });
});

hideLog();
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  pass(61);
  upstream.requests.length = 0;
  home = at(22);
  answer = () => ({ body: "[]" });
  upstream.answerAlways((seen) => {
    if (!seen.url.startsWith("/v1/cross-studio/")) return answer(seen);
    return typeof home === "function" ? home() : home;
  });
});
afterEach(() => void vi.useRealTimers());

/** Which requests came, with which key. */
const seen = () => upstream.requests.map(({ method, url, headers }) => `${method} ${url} ${headers["x-api-key"]}`);
const asked = "GET /v1/cross-studio/customers/1000 key-one";
const readWith = (key: string) => `GET /v1/memberships/1000/self-service/contract-data ${key}`;
const writes = () => seen().filter((each) => each.startsWith("POST"));

test("a request that names no studio goes to the customer's home studio, which is remembered for a minute", async () => {
  expect([(await read()).status, (await read()).status]).toEqual([200, 200]);
  expect(seen()).toEqual([asked, readWith("key-two"), readWith("key-two")]);
  pass(61);
  home = at(11);
  await read();
  expect(seen().slice(3)).toEqual([asked, readWith("key-one")]);
});

test("a request that names its studio goes there, and nobody is asked", async () => {
  await read({ headers: { "studio-id": "studio-of-tests" } });
  expect(seen()).toEqual([readWith("key-one")]);
});

const refusal = (status: number): Reply => ({ status, body: '{"errorMessage":"no","errorCode":"NO"}' });

test.each<readonly [string, Reply, string | undefined]>([
  ["a studio that is not the client's", at(33), undefined],
  ["no studio", at(null), undefined],
  ["something else", { body: '"gone"' }, undefined],
  ["that there is no such customer", refusal(404), undefined],
  ["that the key may not read customers", refusal(403), "forbidden"],
  ["that the key is wrong", refusal(401), "failed"],
  ["an error", refusal(500), "failed"],
  ["nothing", { instead: "reset" }, "failed"],
])("the caller must name the studio if the upstream says %s", async (_, reply, noted) => {
  home = reply;
  const lines = theLog();
  expect(await read()).toBeProblem(400, { code: "request-invalid", pointers: ["/studio-id"] });
  expect(new Set(seen())).toEqual(new Set([asked]));
  expect(lines.find(({ operation }) => operation === "getContractData")?.["homeStudio"]).toBe(noted);
});

test("an upstream that failed is asked again at once, and one that answered is not", async () => {
  home = { status: 500, body: "{}" };
  await read();
  home = at(null);
  expect([(await read()).status, (await read()).status]).toEqual([400, 400]);
  expect(seen()).toEqual([asked, asked]);
});

test("nobody is asked about a request that is refused anyway, or that is about no customer", async () => {
  expect(await read({ claims: { ...claims, customer_id: "1000" } })).toBeProblem(403);
  expect(await read({ claims: { ...claims, scope: "" } })).toBeProblem(403);
  expect(await read({ query: { sort: "up" } })).toBeProblem(400, { pointers: ["/sort"] });
  expect(await reasons()).toBeProblem(400, { pointers: ["/studio-id"] });
  expect(await cancel({ headers: {} })).toBeProblem(400, { pointers: ["/studio-id"] });
  expect(seen()).toEqual([]);
});

const withKey = (key: string) => ({ headers: { "idempotency-key": `"${key}"` } });

test("a write goes to the home studio, and its repeat gets the same answer after the customer has moved", async () => {
  answer = ({ method }) => ({ body: method === "POST" ? '{"success":"true"}' : "[]" });
  const first = await cancel(withKey("moved-after-the-answer"));
  expect([first.status, writes()]).toEqual([200, [expect.stringContaining("key-two")]]);
  pass(61);
  home = at(11);
  const second = await cancel(withKey("moved-after-the-answer"));
  expect(second).toMatchObject({ status: 200, text: first.text });
  expect(writes()).toHaveLength(1);
});

test("a write whose answer was lost is settled at the studio that got it, wherever the customer has moved", async () => {
  answer = ({ method }) => (method === "POST" ? { instead: "reset" } : { status: 500, body: "{}" });
  expect((await cancel(withKey("moved-while-in-doubt"))).status).toBe(504);
  pass(61);
  home = at(11);
  upstream.requests.length = 0;
  const contract = { id: 2000, contractStatus: "ACTIVE", cancelationStatus: "CANCELED", cancelationDate: "2027-01-31" };
  answer = () => ({ body: JSON.stringify([contract]) });
  expect((await cancel(withKey("moved-while-in-doubt"))).status).toBe(200);
  expect(new Set(seen())).toEqual(new Set([readWith("key-two")]));
});

test("two requests at once, between which the customer moves, are one write", async () => {
  const [arrived, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  table.onRequest = async (operation, moment) => {
    if (operation !== "PutItem" || moment === "after") return;
    table.onRequest = () => {};
    arrived.resolve();
    await opened.promise;
  };
  answer = ({ method }) => ({ body: method === "POST" ? '{"success":"true"}' : "[]" });
  const first = cancel(withKey("two-at-the-same-time"));
  await arrived.promise;
  pass(61);
  home = at(11);
  const second = await cancel(withKey("two-at-the-same-time"));
  opened.resolve();
  expect((await first).text).toBe(second.text);
  expect(second.status).toBe(200);
  expect(writes()).toEqual([expect.stringContaining("key-one")]);
});

test("no studio is sought if the client's studios have different upstreams, or if their entries do not say which they are", async () => {
  const elsewhere = { ...studio("key-two", 22), baseUrl: "https://gym.example.com" };
  const same = studio("key-two", 11);
  const { upstreamStudioId: _, ...unnamed } = studio("key-two", 22);
  for (const [first, other] of [
    [studio("key-one", 11), elsewhere],
    [studio("key-one", 11), same],
    [{ ...studio("key-one", 11), upstreamStudioId: undefined }, unnamed],
  ]) {
    secrets.set("studios", JSON.stringify({ "studio-of-tests": first, "other-studio": other }));
    pass(301);
    expect(await read()).toBeProblem(400, { pointers: ["/studio-id"] });
  }
  expect(seen()).toEqual([]);
});
