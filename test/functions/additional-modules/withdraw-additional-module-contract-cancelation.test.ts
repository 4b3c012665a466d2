import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { withdrawAdditionalModuleContractCancelation } from "#lib/operations/additional-modules.ts";
import { setClock } from "../../given.ts";
import { serves, unreadable } from "../serves.ts";

const served = serves(withdrawAdditionalModuleContractCancelation, {
  load: () => import("#functions/additional-modules/withdraw-additional-module-contract-cancelation.ts"),
  params: { contractId: "1000", additionalModuleContractId: "9007199254740993" },
  answer: '{"success": "true"}',
  notJson: unreadable.provableWrite,
});

test("takes an empty object for the body it does not need, and sends none on", async () => {
  expect((await served.send({ body: {} })).status).toBe(200);
  expect(served.upstream.requests).toEqual([expect.objectContaining({ body: "" })]);
});

const upstreamWith = (about: object) =>
  served.upstream.answerAlways(({ method }) =>
    method === "GET" ? { body: JSON.stringify({ name: "Sauna", ...about }) } : { instead: "reset" },
  );

test.each<[string, object, number]>([
  ["no cancelation, which a read that lags may not show yet", { endDate: "2099-01-31" }, 504],
  ["one that waits to be taken back", { contractCancelationStatus: "PENDING_WITHDRAWAL_VERIFICATION" }, 200],
  ["one that is still there", { contractCancelationStatus: "CANCELED", cancelationDate: "2099-01-31" }, 504],
  ["a module that has ended", { endDate: "2020-01-31" }, 504],
])("whose answer is lost is settled by the module: it shows %s", async (_, about, status) => {
  upstreamWith(about);
  expect((await served.send()).status).toBe(status);
});

test("whose answer is lost is proven by no cancelation a minute later, and not sent again", async () => {
  const start = Date.now();
  const headers = { "idempotency-key": randomUUID() };
  upstreamWith({ endDate: "2099-01-31" });
  setClock(start);
  expect((await served.send({ headers })).headers["retry-after"]).toBeDefined();
  setClock(start + 90_000);
  expect((await served.send({ headers })).status).toBe(200);
  expect(served.upstream.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
});

test("is sent again by a repeat once the doubt is over, if the cancelation is still there", async () => {
  const start = Date.now();
  const headers = { "idempotency-key": randomUUID() };
  upstreamWith({ contractCancelationStatus: "CANCELED", cancelationDate: "2099-01-31" });
  setClock(start);
  await served.send({ headers });
  setClock(start + 5_000);
  await served.send({ headers });
  expect(served.upstream.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  setClock(start + 60_000);
  await served.send({ headers });
  expect(served.upstream.requests.filter(({ method }) => method === "POST")).toHaveLength(2);
});
