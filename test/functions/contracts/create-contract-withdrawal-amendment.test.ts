import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createContractWithdrawalAmendment } from "#lib/operations/contracts.ts";
import { partnerClaims, setClock } from "../../given.ts";
import { serves, unreadable } from "../serves.ts";

const contractId = "9007199254740993";
const served = serves(createContractWithdrawalAmendment, {
  load: () => import("#functions/contracts/create-contract-withdrawal-amendment.ts"),
  params: { customerId: "1000", contractId },
  answer: '{"success": "true"}',
  untilReceipt: '{"success": "true","receipt":',
  notJson: unreadable.provableWrite,
});

/** What the member's contracts show of this one. */
const shown = (about: object) => ({ body: `[{"id":1},{"id":${contractId},${JSON.stringify(about).slice(1)}]` });

const upstreamWith = (write: object, read: object) =>
  served.upstream.answerAlways(({ method }) => (method === "GET" ? read : write));

const declarations = () => served.upstream.requests.filter(({ method }) => method === "POST");

test.each(["", "{}"])("needs no reason and no body: it takes %j, and sends none on", async (body) => {
  expect((await served.send({ body })).status).toBe(200);
  expect(declarations()).toEqual([expect.objectContaining({ body: "" })]);
});

test("is not allowed by a token that may only cancel contracts", async () => {
  const answer = await served.send({ claims: { ...partnerClaims, scope: "perfectgym/membership.write" } });
  expect(answer).toBeProblem(403, { code: "forbidden" });
  expect(served.upstream.requests).toEqual([]);
});

test.each<[string, object, number]>([
  ["nothing with 204", { status: 204 }, 200],
  ["nothing with 200", { body: "" }, 200],
  ["a word with 201", { status: 201, body: "OK" }, 201],
  ["a list with 202", { status: 202, body: "[]" }, 202],
])("answers a receipt with the time to the second if the upstream answers %s", async (_, write, status) => {
  upstreamWith(write, shown({}));
  const answer = await served.send();
  expect(answer.status).toBe(status);
  expect(answer.text).toContain(`"contractId":${contractId}`);
  expect(answer.json).toEqual({
    receipt: {
      receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      requestId: "request-of-tests=",
      studioId: "studio-of-tests",
      contractId: Number(contractId),
      withdrawalStatus: "NOT_YET_KNOWN",
      eligible: null,
    },
  });
});

test("has one receipt, even if the upstream's undocumented answer has a field of that name", async () => {
  upstreamWith({ body: '{"receipt":"R-7","id":9007199254740993}' }, shown({}));
  const { text } = await served.send();
  expect(text).toMatch(/^\{"id":9007199254740993,"receipt":\{"receivedAt":/);
});

test.each<[string, object, object]>([
  [
    "a reversed contract",
    shown({ reversed: true, reversalDateTime: "2027-01-31T10:00:00Z" }),
    { withdrawalStatus: "REVERSED", reversalDateTime: "2027-01-31T10:00:00Z" },
  ],
  ["one that is not", shown({ reversed: false }), { withdrawalStatus: "NOT_YET_KNOWN" }],
  ["nothing", { status: 403, body: '{"errorMessage":"no"}' }, { withdrawalStatus: "NOT_YET_KNOWN", eligible: null }],
])("has a receipt that claims no more than the data shows: %s", async (_, read, receipt) => {
  upstreamWith({ body: "{}" }, read);
  expect((await served.send()).json).toMatchObject({ receipt });
});

test.each<[string, string, boolean | null]>([
  ["2027-01-17", "CONNECT_API", true],
  ["2027-01-17", "ONLINE_SHOP", true],
  ["2027-01-16T09:00:00", "CONNECT_API", false],
  ["2027-01-16", "STUDIO", false],
  ["2027-01-17", "STUDIO", null],
  ["17.01.2027", "CONNECT_API", null],
])(
  "received on 31 January, for a contract of %s by %s, says eligible %s and is passed on",
  async (createdDate, contractOrigin, eligible) => {
    setClock(Date.parse("2027-01-31T13:00:00Z"));
    upstreamWith({ body: "{}" }, shown({ createdDate, contractOrigin }));
    expect((await served.send()).json).toMatchObject({ receipt: { eligible } });
    expect(declarations()).toHaveLength(1);
  },
);

test("whose answer is lost is a success if the contract is reversed", async () => {
  upstreamWith({ instead: "reset" }, shown({ reversed: true }));
  const answer = await served.send();
  expect(answer.json).toMatchObject({ receipt: { withdrawalStatus: "REVERSED" } });
  expect(answer.json).not.toHaveProperty("success");
});

test.each<[string, object]>([
  ["is not reversed: it may wait", shown({ reversed: false })],
  ["does not say", shown({})],
  ["is not there", { body: "[]" }],
  ["cannot be read", { status: 500 }],
])("whose answer is lost is never sent again under its key if the contract %s", async (_, read) => {
  const start = Date.now();
  const headers = { "idempotency-key": randomUUID() };
  upstreamWith({ instead: "reset" }, read);
  for (const later of [0, 5_000, 600_000]) {
    setClock(start + later);
    expect(await served.send({ headers })).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
  }
  expect(declarations()).toHaveLength(1);
});

test("after a lost answer, tells when a repeat may see what a read that lags does not show yet", async () => {
  upstreamWith({ status: 500 }, shown({ reversed: false }));
  const answer = await served.send({ headers: { "idempotency-key": randomUUID() } });
  expect(answer).toBeProblem(504, { code: "outcome-unknown" });
  expect(Number(answer.headers["retry-after"])).toBeGreaterThan(30);
});
