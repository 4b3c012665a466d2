import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { catalog } from "#lib/operations/catalog.ts";
import { getContractData } from "#lib/operations/contracts.ts";
import { pathId } from "#lib/operations/fields.ts";
import { type Operation, readOperation } from "#lib/operations/operation.ts";
import { pseudonymOf } from "#lib/perfectgym/pseudonym.ts";
import { aFunction, hideLog, partnerClaims, type Sent, theLog } from "../../given.ts";
import type { Reply, Seen } from "../../upstream.ts";

const operation = readOperation({
  id: "getPausesOfTests",
  summary: "Names a contract and no customer",
  method: "GET",
  path: "/v1/memberships/{contractId}/self-service/idle-periods",
  scope: "membership.read",
  params: z.object({ contractId: pathId }),
  contractsOfMember: getContractData,
});
const own = "9007199254740993";
const { upstream, send } = await aFunction(operation, async () => {
  const [{ serve }, { reads }] = await Promise.all([import("#lib/http/serve.ts"), import("#lib/wiring/reads.ts")]);
  return { handler: serve(operation, reads) };
});
const ask = (contractId: string, claims: Sent["claims"] = { ...partnerClaims, customer_id: "1000" }) =>
  send({ params: { contractId }, claims });

let listed: Reply;
hideLog();
beforeEach(() => {
  upstream.requests.length = 0;
  listed = { body: `[{"id":1},{"unknown":true},{"id":${own}},{"id":"77"}]` };
  upstream.answerAlways(({ url }: Seen) =>
    url.includes("contract-data") ? listed : { body: '{"of":"the contract"}' },
  );
});
const paths = () => upstream.requests.map(({ url }) => url);
const lookup = "/v1/memberships/1000/self-service/contract-data";

describe("a member's token on a path that names only a contract", () => {
  test.each(["1", own, "77"])("reaches a contract that the upstream lists as hers: %s", async (contractId) => {
    expect(await ask(contractId)).toMatchObject({ status: 200, json: { of: "the contract" } });
    expect(paths()).toEqual([lookup, `/v1/memberships/${contractId}/self-service/idle-periods`]);
  });

  test.each<[string, Reply]>([
    ["is not in her list", { body: "[]" }],
    ["has an id that differs by one in its last digit", { body: '[{"id":9007199254740992}]' }],
    ["is of a member whom the upstream does not know", { status: 404, body: '{"errorMessage":"Customer unknown"}' }],
    ["is in no list, because the answer is none", { body: '{"id":1}' }],
  ])("is refused a contract that %s, and the upstream is not asked for it", async (_, reply) => {
    listed = reply;
    const answer = await ask(own);
    expect(answer).toBeProblem(403, { code: "forbidden" });
    expect(answer.json).toMatchObject({ detail: "The token does not allow access to this contract." });
    expect(paths()).toEqual([lookup]);
  });

  test("is refused as soon as the contract is no longer hers", async () => {
    expect((await ask(own)).status).toBe(200);
    listed = { body: "[]" };
    expect(await ask(own)).toBeProblem(403, { code: "forbidden" });
  });

  test.each<[string, Reply, number, string]>([
    ["is rate limited", { status: 429 }, 503, "upstream-busy"],
    ["fails", { status: 500 }, 502, "upstream-unavailable"],
    ["closes the list to the key", { status: 403, body: '{"errorMessage":"No right"}' }, 403, "upstream-forbidden"],
  ])("is told why if the upstream %s, and nothing else is asked", async (_, reply, status, code) => {
    listed = reply;
    expect(await ask(own)).toBeProblem(status, { code });
    expect(new Set(paths())).toEqual(new Set([lookup]));
  });
});

test("a list that the upstream closes to the key is counted in the log", async () => {
  const lines = theLog();
  listed = { status: 403, body: '{"errorMessage":"No right"}' };
  await ask(own);
  expect(lines).toMatchObject([{ code: "upstream-forbidden", Forbidden: 1 }]);
});

test("a partner's token reaches any contract of its studio, without a look at anybody's list", async () => {
  expect((await ask(own, partnerClaims)).status).toBe(200);
  expect(paths()).toEqual([`/v1/memberships/${own}/self-service/idle-periods`]);
});

test("every operation that names a contract and no customer says how to read whose it is", () => {
  const operations: readonly Operation[] = Object.values(catalog).flat();
  const named = operations.filter(({ path }) => path.includes("{contractId}") && !path.includes("{customerId}"));
  expect(named.filter(({ contractsOfMember }) => contractsOfMember !== getContractData).map(({ id }) => id)).toEqual(
    [],
  );
});

test("the log says whose record it was, and never her id: the member of the token, else the contract", async () => {
  const lines = theLog();
  await ask("1");
  await ask("1", partnerClaims);
  const subjects = [
    { kind: "customer", id: "1000" },
    { kind: "contract", id: "1" },
  ] as const;
  expect(lines.map(({ subject }) => subject)).toEqual(
    subjects.map((subject) => pseudonymOf({ apiKey: "key-of-tests" }, subject)),
  );
  expect(JSON.stringify(lines)).not.toMatch(/\b1000\b/);
});
