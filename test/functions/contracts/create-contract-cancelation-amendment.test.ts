import { expect, test } from "vitest";
import { createContractCancelationAmendment } from "#lib/operations/contracts.ts";
import { serves, unreadable } from "../serves.ts";

const served = serves(createContractCancelationAmendment, {
  load: () => import("#functions/contracts/create-contract-cancelation-amendment.ts"),
  params: { customerId: "1000" },
  body: { contractId: 1000, cancelationDate: "2027-01-31", cancelationReasonId: 1001 },
  answer: '{"success":"true"}',
  untilReceipt: '{"success":"true","receipt":',
  notJson: unreadable.provableWrite,
});

const body = { contractId: 1000, cancelationDate: "2027-01-31", cancelationReasonId: 1001 };

test.each([
  ["a date that is not on the calendar", { ...body, cancelationDate: "2027-02-29" }, "/cancelationDate"],
  ["a date written the German way", { ...body, cancelationDate: "31.01.2027" }, "/cancelationDate"],
  ["a date and time", { ...body, cancelationDate: "2027-01-31T00:00:00Z" }, "/cancelationDate"],
  ["no date", { contractId: 1000, cancelationReasonId: 1001 }, "/cancelationDate"],
  ["an id in quotes", { ...body, contractId: "1000" }, "/contractId"],
  ["an id of zero", { ...body, contractId: 0 }, "/contractId"],
  ["a negative id", { ...body, contractId: -1 }, "/contractId"],
  ["half an id", { ...body, contractId: 1.5 }, "/contractId"],
  ["no reason", { contractId: 1000, cancelationDate: "2027-01-31" }, "/cancelationReasonId"],
  ["a reason of null", { ...body, cancelationReasonId: null }, "/cancelationReasonId"],
])("refuses %s without calling the upstream", async (_, given, pointer) => {
  expect(await served.send({ body: given })).toBeProblem(400, { pointers: [pointer] });
  expect(served.upstream.requests).toEqual([]);
});

test("accepts a date with invisible characters around it", async () => {
  expect((await served.send({ body: { ...body, cancelationDate: "\u200e2027-01-31\u00a0" } })).status).toBe(200);
  expect(served.upstream.requests[0]?.body).toBe(JSON.stringify(body));
});

test("passes on every digit of an int64 id, and refuses a larger one", async () => {
  const withId = (id: string) => `{"contractId":${id},"cancelationDate":"2027-01-31","cancelationReasonId":1001}`;
  expect((await served.send({ body: withId("9007199254740993") })).status).toBe(200);
  expect(served.upstream.requests[0]?.body).toBe(withId("9007199254740993"));
  expect(await served.send({ body: withId("9223372036854775808") })).toBeProblem(400, { pointers: ["/contractId"] });
});

test("names the field that the upstream refused", async () => {
  const refusal = { errorMessage: "not available", errorCode: "INVALID", reference: "cancelationDate" };
  served.upstream.answerAlways({ status: 400, body: JSON.stringify(refusal) });
  const answer = await served.send();
  expect(answer).toBeProblem(400, { code: "upstream-refused", pointers: ["/cancelationDate"] });
});
