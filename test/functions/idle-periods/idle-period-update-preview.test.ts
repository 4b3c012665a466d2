import { expect, test } from "vitest";
import { idlePeriodUpdatePreview } from "#lib/operations/idle-periods.ts";
import { serves } from "../serves.ts";

const body = { startDate: "2027-01-01", unlimited: false, endDate: "2027-01-15", reasonId: 2002 };
const served = serves(idlePeriodUpdatePreview, {
  load: () => import("#functions/idle-periods/idle-period-update-preview.ts"),
  params: { contractId: "1000", idlePeriodId: "5000" },
  body,
  answer: '{"validationStatus": "IDLEPERIOD_UPDATABLE", "previewEndDate": "2027-06-30"}',
});

test("is repeated like a read: it changes nothing", async () => {
  served.upstream.answerNext({ status: 503, body: "{}" });
  expect((await served.send()).status).toBe(200);
  expect(served.upstream.requests.map(({ method }) => method)).toEqual(["PUT", "PUT"]);
});

test.each<[string, object, string]>([
  ["an end beside a term", { ...body, temporalUnit: "MONTH", termValue: 1 }, "/endDate"],
  ["an end of an unlimited pause", { ...body, unlimited: true }, "/endDate"],
  ["no reason", { ...body, reasonId: undefined }, "/reasonId"],
  ["nothing to change", { startDate: "2027-01-01", reasonId: 2002 }, "/temporalUnit"],
])("refuses %s without calling the upstream", async (_, given, pointer) => {
  expect(await served.send({ body: given })).toBeProblem(400, { pointers: [pointer] });
  expect(served.upstream.requests).toEqual([]);
});
