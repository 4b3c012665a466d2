import { expect, test } from "vitest";
import { validateIdlePeriodRequest } from "#lib/operations/idle-periods.ts";
import { partnerClaims } from "../../given.ts";
import { serves } from "../serves.ts";

const startDate = "2027-01-01";
const body = { startDate, temporalUnit: "MONTH", termValue: 1 };
const served = serves(validateIdlePeriodRequest, {
  load: () => import("#functions/idle-periods/validate-idle-period-request.ts"),
  params: { contractId: "1000" },
  body,
  answer: '{"validationStatus": "IDLEPERIOD_OVERLAPPING"}',
});

test.each<[string, object, string]>([
  ["neither a term nor an unlimited pause", { startDate }, "/temporalUnit"],
  ["a limit without a term", { startDate, unlimited: false }, "/temporalUnit"],
  ["a unit without its number", { startDate, temporalUnit: "DAY" }, "/termValue"],
  ["a number without its unit", { startDate, termValue: 1 }, "/temporalUnit"],
  ["a term of an unlimited pause", { ...body, unlimited: true }, "/unlimited"],
  ["a unit that a pause never has", { ...body, temporalUnit: "YEAR" }, "/temporalUnit"],
  ["no unit in number", { ...body, termValue: 0 }, "/termValue"],
  ["half a unit", { ...body, termValue: 1.5 }, "/termValue"],
  ["more than an int32", { ...body, termValue: 2 ** 31 }, "/termValue"],
  ["a start that is no day", { ...body, startDate: "2027-02-29" }, "/startDate"],
  ["an end, which only shortens", { ...body, endDate: startDate }, "/endDate"],
  ["a reason, which only a pause has", { ...body, reasonId: 1 }, "/reasonId"],
])("refuses %s without calling the upstream", async (_, given, pointer) => {
  expect(await served.send({ body: given })).toBeProblem(400, { pointers: [pointer] });
  expect(served.upstream.requests).toEqual([]);
});

test("says how large a term may be", async () => {
  const { json } = await served.send({ body: { ...body, termValue: 2 ** 31 } });
  expect(json).toMatchObject({ errors: [{ detail: "must be at most 2147483647" }] });
});

test.each<[string, object, object]>([
  ["an unlimited pause", { startDate, unlimited: true }, { startDate, unlimited: true }],
  ["a limited one that says so", { ...body, unlimited: false }, { ...body, unlimited: false }],
  [
    "null for what there is not",
    { startDate, temporalUnit: null, termValue: null, unlimited: true },
    { startDate, unlimited: true },
  ],
])("takes %s", async (_, given, sent) => {
  expect((await served.send({ body: given })).status).toBe(200);
  expect(JSON.parse(served.upstream.requests[0]?.body ?? "")).toEqual(sent);
});

test("is repeated like a read: it changes nothing", async () => {
  served.upstream.answerNext({ instead: "reset" });
  const answer = await served.send({ headers: { "idempotency-key": "too-short" } });
  expect(answer.json).toEqual({ validationStatus: "IDLEPERIOD_OVERLAPPING" });
  expect(served.upstream.requests).toHaveLength(2);
});

test("needs no right to pause", async () => {
  const scope = "perfectgym/idle-period.read";
  expect((await served.send({ claims: { ...partnerClaims, scope } })).status).toBe(200);
});
