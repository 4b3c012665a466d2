import { expect, test } from "vitest";
import { createModuleContractCancelationAmendment } from "#lib/operations/additional-modules.ts";
import { serves, unreadable } from "../serves.ts";

const body = { cancelationDate: "2027-01-31", cancelationReasonId: 1001 };
const params = { contractId: "1000", additionalModuleContractId: "9007199254740993" };
const served = serves(createModuleContractCancelationAmendment, {
  load: () => import("#functions/additional-modules/create-module-contract-cancelation-amendment.ts"),
  params,
  body,
  answer: '{"success": "true"}',
  untilReceipt: '{"success": "true","receipt":',
  notJson: unreadable.provableWrite,
});

test.each([
  ["a date written the German way", { ...body, cancelationDate: "31.01.2027" }, "/cancelationDate"],
  ["no reason", { cancelationDate: "2027-01-31" }, "/cancelationReasonId"],
  ["a contract in the body", { ...body, contractId: 1 }, "/contractId"],
])("refuses %s without calling the upstream", async (_, given, pointer) => {
  expect(await served.send({ body: given })).toBeProblem(400, { pointers: [pointer] });
  expect(served.upstream.requests).toEqual([]);
});

const shown = (about: object) => JSON.stringify({ name: "Sauna", startDate: "2026-01-01", ...about });

const upstreamWith = (write: object, read: string) =>
  served.upstream.answerAlways(({ method }) => (method === "GET" ? { body: read } : write));

test("answers a receipt that names the module, and what it shows afterwards", async () => {
  upstreamWith(
    { body: '{ "success" : "true" }' },
    shown({ contractCancelationStatus: "PENDING_VERIFICATION", cancelationDate: "2027-01-31" }),
  );
  const answer = await served.send();
  expect(answer.text).toMatch(/^\{ "success" : "true","receipt":\{/);
  expect(answer.text).toContain('"additionalModuleContractId":9007199254740993');
  expect(answer.json).toMatchObject({
    receipt: {
      receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/),
      contractId: 1000,
      requestedDate: "2027-01-31",
      cancelationStatus: "PENDING_VERIFICATION",
      cancelationDate: "2027-01-31",
    },
  });
});

test.each<[string, object, number]>([
  ["canceled to the wanted date", { contractCancelationStatus: "CANCELED", cancelationDate: "2027-01-31" }, 200],
  ["canceled to another date", { contractCancelationStatus: "CANCELED", cancelationDate: "2027-02-28" }, 504],
  ["not canceled", {}, 504],
  ["a reason alone", { cancelationReason: "Moving away" }, 504],
])("whose answer is lost is settled by the module: it shows %s", async (_, about, status) => {
  upstreamWith({ instead: "reset" }, shown(about));
  const answer = await served.send();
  expect(answer.status).toBe(status);
  expect(answer.text).not.toContain("Moving away");
  expect(served.upstream.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
});

test("says of another cancelation that it shows, and not that the contract is canceled", async () => {
  upstreamWith({ instead: "reset" }, shown({ contractCancelationStatus: "CANCELED", cancelationDate: "2027-02-28" }));
  const answer = await served.send();
  expect(answer).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
  expect(answer.json).toMatchObject({
    detail: expect.stringMatching(/^The studio's system shows a cancelation\./),
    cancelationDate: "2027-02-28",
  });
});

test.each(["[]", "{}", "null", '{"name":1}'])("is in doubt if the read answers %s", async (read) => {
  upstreamWith({ instead: "reset" }, read);
  expect(await served.send()).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
});
