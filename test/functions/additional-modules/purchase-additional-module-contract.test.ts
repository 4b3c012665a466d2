import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { purchaseAdditionalModuleContract } from "#lib/operations/additional-modules.ts";
import { partnerClaims, type Sent, setClock } from "../../given.ts";
import { serves, unreadable } from "../serves.ts";

const body = { additionalModuleId: 2001, paymentFrequencyId: 11, bookTrialPeriod: false };
const contractId = "9007199254740993";
const served = serves(purchaseAdditionalModuleContract, {
  load: () => import("#functions/additional-modules/purchase-additional-module-contract.ts"),
  params: { contractId },
  body,
  answer: '{"id": 9007199254740995, "new": 1.50}',
  notJson: unreadable.write,
});

test.each([
  ["a price", { ...body, price: 1 }, "/price"],
  ["no payment frequency", { additionalModuleId: 2001, bookTrialPeriod: false }, "/paymentFrequencyId"],
  ["a trial of null", { ...body, bookTrialPeriod: null }, "/bookTrialPeriod"],
])("refuses %s without calling the upstream", async (_, given, pointer) => {
  expect(await served.send({ body: given })).toBeProblem(400, { pointers: [pointer] });
  expect(served.upstream.requests).toEqual([]);
});

test("is not allowed by a token that may only read add-ons", async () => {
  const answer = await served.send({ claims: { ...partnerClaims, scope: "perfectgym/additional-module.read" } });
  expect(answer).toBeProblem(403, { code: "forbidden" });
  expect(served.upstream.requests).toEqual([]);
});

test("has an event that names the contract and, if the answer tells it, the booked module", () => {
  const { write } = purchaseAdditionalModuleContract;
  const wanted = { params: { contractId }, body, receivedAt: 0 };
  expect(write.eventIds(wanted, { id: 7 })).toEqual({ contractId, additionalModuleContractId: 7 });
  expect(write.eventIds(wanted, undefined)).toEqual({ contractId });
});

const purchases = () => served.upstream.requests.filter(({ method }) => method === "POST");

test("of a partner whose answer is lost stays in doubt, and is never sent again under its key", async () => {
  const start = Date.now();
  const headers = { "idempotency-key": randomUUID() };
  setClock(start);
  served.upstream.answerNext({ instead: "reset" });
  expect(await served.send({ headers })).toBeProblem(502, { outcome: "unknown" });
  for (const later of [5_000, 120_000, 3_600_000]) {
    setClock(start + later);
    const again = await served.send({ headers });
    expect(again).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(again.headers).not.toHaveProperty("retry-after");
  }
  expect(purchases()).toHaveLength(1);
});

const today = () => new Date().toISOString().slice(0, 10);
const sauna = (about: object = {}) => ({ id: 7, rateName: "Sauna", startDate: today(), cancelled: false, ...about });
const drinks = { id: 8, rateName: "Bar", rateCodes: [{ name: "x", identifier: "MOD-DRI" }], startDate: today() };
const modules = JSON.stringify([
  { id: 2001, name: "Sauna", rateCodes: [{ identifier: "MOD-SAU" }] },
  { id: 2002, name: "Drinks", rateCodes: [{ identifier: "MOD-DRI" }] },
]);

describe("of a member whose answer is lost", () => {
  const claims = { ...partnerClaims, customer_id: "1000" };
  const contractsWith = (moduleContracts: unknown) =>
    `[{"id":1,"moduleContracts":[]},{"id":${contractId},"moduleContracts":${JSON.stringify(moduleContracts)}}]`;
  /** Sends a purchase that the upstream does not answer, before data that shows these modules. */
  const buy = (booked: unknown, sent: Sent = {}) => {
    served.upstream.answerAlways(({ method, url }) => {
      if (method === "POST") return { instead: "reset" };
      if (url.endsWith("/contract-data")) return { body: `[{"id":${contractId}}]` };
      return { body: url.endsWith("/contracts") ? contractsWith(booked) : modules };
    });
    return served.send({ claims, ...sent });
  };

  test.each<[string, unknown[]]>([
    ["by its name", [sauna()]],
    ["by its code", [sauna({ rateName: "Spa", rateCodes: [{ identifier: "MOD-SAU" }] })]],
    ["beside another module", [drinks, sauna()]],
    ["that begins after its trial", [sauna({ startDate: "2099-01-01" })]],
  ])("is a success if the contract shows the module %s", async (_, booked) => {
    const answer = await buy(booked);
    expect([answer.status, answer.json]).toEqual([200, { id: 7 }]);
    expect(purchases()).toHaveLength(1);
  });

  test.each<[string, unknown]>([
    ["the same module twice", [sauna({ startDate: "2020-01-01", contractStatus: "INACTIVE" }), sauna()]],
    ["the module since earlier", [sauna({ startDate: "2020-01-01" })]],
    ["the module, canceled", [sauna({ cancelled: true })]],
    ["a module that the studio does not sell", [sauna({ rateName: "Wellness" })]],
    ["a list that is not as documented", "none"],
    ["no list", undefined],
  ])("is in doubt for good if the contract shows %s", async (_, booked) => {
    const start = Date.now();
    const headers = { "idempotency-key": randomUUID() };
    setClock(start);
    expect(await buy(booked, { headers })).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    setClock(start + 600_000);
    expect(await buy(booked, { headers })).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(purchases()).toHaveLength(1);
  });

  test("is sent again only if a read shows none long after, when no read lags any more", async () => {
    const start = Date.now();
    const headers = { "idempotency-key": randomUUID() };
    setClock(start);
    const first = await buy([drinks], { headers });
    expect(first).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    setClock(start + 40_000);
    expect(await buy([drinks], { headers })).toBeProblem(504, { code: "outcome-unknown" });
    expect(purchases()).toHaveLength(1);
    setClock(start + 120_000);
    await buy([drinks], { headers });
    expect(purchases()).toHaveLength(2);
  });
});
