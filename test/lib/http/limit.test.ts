import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod/mini";
import { serve } from "#lib/http/serve.ts";
import {
  createContractCancelationAmendment,
  getContractCancelationReasonData,
  getContractData,
} from "#lib/operations/contracts.ts";
import { type Operation, readOperation } from "#lib/operations/operation.ts";
import { bodies } from "../../bodies.ts";
import { aFunction, contextOf, partnerClaims, setClock, theLog } from "../../given.ts";

const load = {
  contracts: () => import("#functions/contracts/get-contract-data.ts"),
  reasons: () => import("#functions/contracts/get-contract-cancelation-reason-data.ts"),
  cancelation: () => import("#functions/contracts/create-contract-cancelation-amendment.ts"),
};
const contracts = await aFunction(getContractData, load.contracts);
const reasons = await aFunction(getContractCancelationReasonData, load.reasons);
const cancelation = await aFunction(createContractCancelationAmendment, load.cancelation);
const { upstream, table } = contracts;

/** Begins with the whole quota. */
let window = 1;
beforeEach(() => {
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  upstream.answerAlways({ body: "[]" });
  table.seen.length = 0;
  setClock(Date.UTC(2026, 10, 1) + window++ * 20_000 + 2_500);
});

const claims = { ...partnerClaims, client_id: "partner-with-limits" };
const params = { customerId: "1000" };
const request = { params, claims };

/** Its limit is two reads a second: 20 in ten seconds. */
const readAll = async (send: typeof contracts.send, times = 20) => {
  const answers = [];
  for (let i = 0; i < times; i++) answers.push(await send(request));
  return answers;
};

test("a partner that reaches its limit gets a problem with Retry-After, and says nothing to the upstream", async () => {
  upstream.requests.length = 0;
  const answers = await readAll(contracts.send, 22);
  expect(answers.map(({ status }) => status)).toEqual([...Array(20).fill(200), 429, 429]);
  expect(upstream.requests).toHaveLength(20);
  const refused = answers.at(-1);
  if (!refused) throw new Error("no answer");
  expect(refused).toBeProblem(429, { code: "too-many-requests" });
  expect(refused.headers).toMatchObject({
    "retry-after": "8",
    "ratelimit-policy": '"getContractData";q=20;w=10',
    ratelimit: '"getContractData";r=0;t=8',
  });
});

test("every answer says what is left, also one that refuses the request for another reason", async () => {
  const seen = [await contracts.send(request), await contracts.send({ ...request, query: { page: "1" } })];
  expect(seen.map(({ status }) => status)).toEqual([200, 400]);
  expect(seen.map(({ headers }) => headers["ratelimit"])).toEqual([
    '"getContractData";r=19;t=8',
    '"getContractData";r=18;t=8',
  ]);
  const forbidden = await contracts.send({ params, claims: { ...claims, client_id: "nobody" } });
  expect(Object.keys(forbidden.headers)).not.toContain("ratelimit-policy");
});

test("one partner's limit on one operation leaves other partners and other operations alone", async () => {
  await readAll(contracts.send);
  expect((await contracts.send(request)).status).toBe(429);
  expect((await contracts.send({ params })).status).toBe(200);
  expect((await reasons.send({ claims })).status).toBe(200);
});

test("writes have their own limit", async () => {
  upstream.answerAlways({ body: "{}" });
  const body = bodies["createContractCancelationAmendment"];
  const statuses = [];
  for (let i = 0; i < 11; i++) statuses.push((await cancelation.send({ ...request, body })).status);
  expect(statuses).toEqual([...Array(10).fill(200), 429]);
});

test("other Lambda instances count together with this one, and the quota is back after the window", async () => {
  vi.resetModules();
  const other = await aFunction(getContractData, load.contracts);
  await readAll(contracts.send);
  const fromOther = await readAll(other.send, 5);
  expect(fromOther.map(({ status }) => status)).toEqual([200, 429, 429, 429, 429]);
  setClock(Date.now() + 10_000);
  expect((await other.send(request)).status).toBe(200);
});

test("the first request goes to the upstream before the table has answered", async () => {
  const answered = Promise.withResolvers<void>();
  onTestFinished(() => {
    table.onRequest = () => {};
  });
  table.onRequest = (operation, moment) =>
    operation === "Count" && moment === "before" ? answered.promise : undefined;
  upstream.requests.length = 0;
  const sent = contracts.send(request);
  await vi.waitFor(() => expect(upstream.requests).toHaveLength(1));
  answered.resolve();
  expect((await sent).headers["ratelimit"]).toBe('"getContractData";r=19;t=8');
});

test.each(["refused", "hang"] as const)(
  "a table that does not answer (%s) refuses nobody, and the log says so once in a window",
  async (mishap) => {
    const lines = theLog();
    table.always(mishap);
    onTestFinished(() => table.always(undefined));
    const answers = await readAll(contracts.send, 25);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(answers[0]?.headers).toMatchObject({ "ratelimit-policy": '"getContractData";q=20;w=10' });
    expect(Object.keys(answers[0]?.headers ?? {})).not.toContain("ratelimit");
    expect(table.seen).toHaveLength(1);
    const told = lines.filter(({ limit }) => limit === "uncounted");
    expect(told).toEqual([
      expect.objectContaining({
        level: "warn",
        clientId: "partner-with-limits",
        LimitUncounted: 1,
        errors: [expect.objectContaining({ name: mishap === "hang" ? "TransportError" : "AwsError" })],
      }),
    ]);
  },
);

test("a direct invocation by the gym's own jobs is not counted", async () => {
  const { handler } = await load.contracts();
  const event = { invoke: { studioId: "studio-of-tests", params } };
  expect(await handler(event, contextOf({}))).toEqual({ status: 200, body: [] });
  expect(table.seen).toEqual([]);
});

test("an operation that is to be given up says since when, and when it may end", async () => {
  const { reads } = await import("#lib/wiring/reads.ts");
  const old = readOperation({
    id: "getHoroscope",
    summary: "An invented operation",
    method: "GET",
    path: "/v1/memberships/{customerId}/horoscope",
    scope: "membership.read",
    deprecation: { since: "2027-01-01", sunset: "2027-07-01" },
    params: z.object({ customerId: z.string() }),
  });
  const { send } = await aFunction(old as Operation, async () => ({ handler: serve(old, reads) }));
  const headers = { deprecation: "@1798761600", sunset: "Thu, 01 Jul 2027 00:00:00 GMT" };
  expect((await send({ params })).headers).toMatchObject(headers);
  const refused = await send({ params, query: { page: "1" } });
  expect(refused.status).toBe(400);
  expect(refused.headers).toMatchObject(headers);
  expect(Object.keys((await contracts.send({ params })).headers)).not.toContain("deprecation");
});
