import { expect, test } from "vitest";
import * as z from "zod";
import { cast } from "#infra/sandbox/members/cast.ts";
import {
  createIdlePeriodAmendment,
  getIdlePeriodById,
  getIdlePeriodConfig,
  getIdlePeriods,
  getRemainingIdlePeriods,
  idlePeriodUpdatePreview,
  updateIdlePeriod,
  validateIdlePeriodRequest,
  withdrawIdlePeriod,
} from "#lib/operations/idle-periods.ts";
import { files } from "../../forms.ts";
import { aClock, aSandbox, idOf } from "./given.ts";

const atOnce = "may pause: applies at once, by months, and can be shortened to a day";
const byWeeks = "may pause: by whole weeks, from one day on only";
const byDays = "may pause: by days";
const readOnly = "pauses cannot be asked for online";
const off = "pauses are off for the contract";
const waiting = "a pause waits for the studio";
const several = "pauses: one is over, one runs now with a document, one is to come";
const endless = "an unlimited pause runs";
const byStudio = "deadline far away";
const ended = "ended by itself";

const contractOf = (situation: string) => ({ contractId: 5_000_000_000n + BigInt(idOf(cast, situation)) * 10n });
/** Of a pause that is there from the start, by its place. */
const pauseOf = (situation: string, place: number) => {
  const ids = contractOf(situation);
  const idlePeriodId = 5_700_000_000n + (ids.contractId - 5_000_000_000n) * 10n + BigInt(place);
  return { ...ids, idlePeriodId };
};

const pdf = new File([files["application/pdf"]], "note.pdf", { type: "application/pdf" });
const month = { startDate: "2027-04-01", temporalUnit: "MONTH", termValue: 1 };
const pause = { ...month, reasonId: 2002 };
const created = z.looseObject({ id: z.union([z.number(), z.bigint()]), state: z.string() });
const lists = z.object({
  pastIdlePeriods: z.array(z.looseObject({ state: z.string() })),
  currentAndUpcomingIdlePeriods: z.array(z.looseObject({ state: z.string() })),
});

test("given the cast, then every config is as documented, and there are all units and creation statuses", async () => {
  const { send } = await aSandbox();

  const configs = [atOnce, byWeeks, byDays, readOnly, byStudio].map((each) =>
    send(getIdlePeriodConfig, contractOf(each)),
  );

  const bodies = (await Promise.all(configs)).map(({ body }) => getIdlePeriodConfig.answer?.parse(body));
  expect(bodies).toMatchObject([
    { temporalUnit: "MONTH", idlePeriodCreationStatus: "CHANGES_WITHOUT_VERIFICATION", contractHasExtension: true },
    { temporalUnit: "WEEK", nextPossibleStartDateOnly: true, firstPossibleStartDate: "2027-03-17" },
    { temporalUnit: "DAY", firstPossibleStartDate: "2027-03-10" },
    { idlePeriodCreationStatus: "READ" },
    { idlePeriodCreationStatus: "CHANGES_REQUIRE_VERIFICATION" },
  ]);
});

test.each<[string, string, object, string]>([
  ["a month that is free", atOnce, month, "CREATABLE"],
  ["no end", atOnce, { startDate: "2027-04-01", unlimited: true }, "CREATABLE"],
  ["a contract without pauses", off, month, "DEACTIVATED_FOR_CONTRACT"],
  ["a contract that has ended", ended, month, "DEACTIVATED_FOR_CONTRACT"],
  ["a second one while one waits", waiting, { ...month, startDate: "2027-09-01" }, "PENDING_VERIFICATION"],
  ["a start today", atOnce, { ...month, startDate: "2027-03-10" }, "DEADLINE_VIOLATED"],
  ["another start than the only one", byWeeks, { ...month, temporalUnit: "WEEK" }, "EXPECTED_STARTDATE_MISMATCH"],
  ["the only start", byWeeks, { startDate: "2027-03-17", temporalUnit: "WEEK", termValue: 4 }, "CREATABLE"],
  ["no end where there must be one", byWeeks, { startDate: "2027-03-17", unlimited: true }, "MAXIMUM_TERMS_VIOLATED"],
  ["more than five years", atOnce, { ...month, termValue: 61 }, "MAXIMUM_YEARS_VIOLATED"],
  ["days of a pause in progress", several, { ...month, startDate: "2027-03-20" }, "OVERLAPPING"],
  ["weeks instead of months", atOnce, { ...month, temporalUnit: "WEEK" }, "TEMPORALUNIT_INVALID"],
  ["more months than at once", atOnce, { ...month, termValue: 4 }, "MAXIMUM_TERMS_VIOLATED"],
  ["more days than in a year", byDays, { ...month, temporalUnit: "DAY", termValue: 31 }, "MAXIMUM_TERMS_VIOLATED"],
  ["a unit without its number", atOnce, { startDate: "2027-04-01", temporalUnit: "MONTH" }, "TERMVALUE_MISSING"],
])("given a check of %s (%s), then the studio says so", async (_, situation, body, status) => {
  const { send } = await aSandbox();

  const answer = await send(validateIdlePeriodRequest, contractOf(situation), { body });

  expect(answer).toMatchObject({ status: 200, body: { validationStatus: `IDLEPERIOD_${status}` } });
});

const shortened = { startDate: "2027-02-28", unlimited: false, endDate: "2027-03-20", reasonId: 2001 };

test.each<[string, [string, number], object, string]>([
  ["an earlier end", [several, 1], shortened, "UPDATABLE"],
  ["a later end", [several, 1], { ...shortened, endDate: "2027-04-20" }, "ENDDATE_ONLY_FOR_SHORTENING"],
  ["an end before its start", [several, 1], { ...shortened, endDate: "2027-02-27" }, "ENDDATE_BEFORE_STARTDATE"],
  [
    "an end and a term",
    [several, 1],
    { ...shortened, temporalUnit: "MONTH", termValue: 1 },
    "ENDDATE_AND_TERM_PROVIDED",
  ],
  ["another start", [several, 1], { ...shortened, startDate: "2027-03-01" }, "EXPECTED_STARTDATE_MISMATCH"],
  ["an end of an unlimited one", [endless, 0], shortened, "UPDATABLE"],
  [
    "the same without a word on that",
    [endless, 0],
    { ...shortened, unlimited: undefined },
    "UNLIMITED_PARAMETER_IS_MISSING",
  ],
])("given a preview of %s, then the studio says so", async (_, [situation, place], body, status) => {
  const { send } = await aSandbox();

  const answer = await send(idlePeriodUpdatePreview, pauseOf(situation, place), { body });

  expect(idlePeriodUpdatePreview.answer?.safeParse(answer.body).error).toBeUndefined();
  expect(answer).toMatchObject({ status: 200, body: { validationStatus: `IDLEPERIOD_${status}` } });
});

test("given a preview of a change, then it tells the end of the contract and the charges, and changes nothing", async () => {
  const { send, sandbox, contractOf: contractData } = await aSandbox();
  const before = await contractData(idOf(cast, several));

  const { body } = await send(idlePeriodUpdatePreview, pauseOf(several, 1), { body: shortened });

  // Nine days less of a pause that moves the end.
  expect(
    new Date(before.endDate).getTime() -
      new Date(z.object({ previewEndDate: z.string() }).parse(body).previewEndDate).getTime(),
  ).toBe(9 * 86_400_000);
  expect(body).toMatchObject({
    previewCharges: [{ chargeType: "IDLE_PERIOD_CHARGE" }, { chargeType: "MEMBERSHIP_CHARGE" }],
  });
  expect(sandbox.books).toEqual([]);
});

test("given several pauses, then they are told by time and as documented, one of them with its document", async () => {
  const { send } = await aSandbox();

  const { body } = await send(getIdlePeriods, contractOf(several), { headers: { "accept-language": "de" } });

  expect(getIdlePeriods.answer?.safeParse(body).error).toBeUndefined();
  expect(body).toMatchObject({
    pastIdlePeriods: [{ endDate: "2027-01-08" }],
    currentAndUpcomingIdlePeriods: [
      { idlePeriodReason: { name: "Krankheit" }, documentUrl: expect.stringMatching(/^https:/) },
      { startDate: "2027-05-09" },
    ],
  });
});

test("given a contract that is paused at once, then the pause counts, moves its end, and can be shortened and taken back", async () => {
  const { send, sandbox, contractOf: contractData } = await aSandbox();
  const ids = contractOf(atOnce);
  const before = await contractData(idOf(cast, atOnce));

  const { id } = created.parse((await send(createIdlePeriodAmendment, ids, { body: pause })).body);
  const moved = await contractData(idOf(cast, atOnce));
  const left = await send(getRemainingIdlePeriods, ids);
  const body = { startDate: "2027-04-01", endDate: "2027-04-10", unlimited: false, reasonId: 2002 };
  const updated = await send(updateIdlePeriod, { ...ids, idlePeriodId: id }, { body });
  const withdrawn = await send(withdrawIdlePeriod, { ...ids, idlePeriodId: id });
  const gone = await send(getIdlePeriodById, { ...ids, idlePeriodId: id });

  expect((Date.parse(moved.endDate) - Date.parse(before.endDate)) / 86_400_000).toBe(30);
  expect(left.body).toMatchObject({ remainingMaxTerms: { value: 5, unit: "MONTH" }, remainingFreeTerms: { value: 0 } });
  expect(updated).toMatchObject({ status: 200, body: { id, state: "ACCEPTED", endDate: "2027-04-10" } });
  expect(withdrawn.body).toEqual({ success: "true" });
  expect(gone).toMatchObject({ status: 404, body: { errorCode: "IDLE_PERIOD_UNKNOWN" } });
  expect(await contractData(idOf(cast, atOnce))).toEqual(before);
  expect(sandbox.books.map(({ operation }) => operation)).toEqual([
    "createIdlePeriodAmendment",
    "updateIdlePeriod",
    "withdrawIdlePeriod",
  ]);
});

test("given a studio that verifies, then a pause waits as an amendment, keeps a second one out, and can be taken back", async () => {
  const { send } = await aSandbox();
  const ids = contractOf(byStudio);

  const waits = await send(createIdlePeriodAmendment, ids, { body: pause });
  const second = await send(createIdlePeriodAmendment, ids, { body: { ...pause, startDate: "2027-08-01" } });
  const { id } = created.parse(waits.body);
  await send(withdrawIdlePeriod, { ...ids, idlePeriodId: id });

  expect(waits.body).toMatchObject({ state: "PENDING_VERIFICATION" });
  expect(second).toMatchObject({ status: 409, body: { errorCode: "IDLE_PERIOD_PENDING" } });
  expect(lists.parse((await send(getIdlePeriods, ids)).body).currentAndUpcomingIdlePeriods).toEqual([]);
});

test("given a studio that verifies, then a change waits beside the pause as it is", async () => {
  const { send } = await aSandbox({ cancelations: "AT_ONCE" });
  const verifying = await aSandbox();
  const ids = contractOf(byStudio);

  expect((await send(createIdlePeriodAmendment, ids, { body: pause })).body).toMatchObject({ state: "ACCEPTED" });
  const { body } = await verifying.send(getIdlePeriodById, pauseOf(waiting, 0));
  expect(body).toMatchObject({ state: "PENDING_VERIFICATION" });
});

test.each<[string, string, object, object]>([
  ["one that overlaps", several, { ...pause, startDate: "2027-03-20" }, { errorCode: "IDLE_PERIOD_OVERLAPPING" }],
  ["an unknown reason", atOnce, { ...pause, reasonId: 1 }, { reference: "reasonId" }],
  ["a reason without its document", atOnce, { ...pause, reasonId: 2001 }, { errorCode: "DOCUMENT_MISSING" }],
  ["one that is too long", atOnce, { ...pause, termValue: 4 }, { errorCode: "IDLE_PERIOD_REFUSED" }],
  ["one that needs the desk", readOnly, pause, { errorCode: "CHANGE_NOT_ALLOWED" }],
  ["one of a contract that has ended", ended, pause, { errorCode: "CONTRACT_NOT_ACTIVE" }],
])("given %s, then the studio refuses it and writes nothing down", async (_, situation, body, error) => {
  const { send, sandbox } = await aSandbox();

  const answer = await send(createIdlePeriodAmendment, contractOf(situation), { body });

  expect(answer).toMatchObject({ status: expect.toSatisfy((status) => status >= 400), body: error });
  expect(sandbox.books).toEqual([]);
});

test("given a reason with its document, then the pause has it", async () => {
  const { send } = await aSandbox();

  const answer = await send(createIdlePeriodAmendment, contractOf(atOnce), {
    body: { ...pause, reasonId: 2001 },
    document: pdf,
  });

  expect(answer).toMatchObject({ status: 200, body: { documentUrl: expect.stringMatching(/^https:/) } });
});

test("given a pause that is over, then it cannot be taken back", async () => {
  const { send } = await aSandbox();

  expect(await send(withdrawIdlePeriod, pauseOf(several, 0))).toMatchObject({ status: 409 });
});

test("given reads that lag, then they show a pause only later, and the studio knows it at once", async () => {
  const clock = aClock();
  const { send } = await aSandbox({ now: clock.now, readLagMs: 5_000 });
  const ids = contractOf(atOnce);
  const shown = async () => lists.parse((await send(getIdlePeriods, ids)).body).currentAndUpcomingIdlePeriods.length;

  await send(createIdlePeriodAmendment, ids, { body: pause });
  const [early, again] = [await shown(), await send(createIdlePeriodAmendment, ids, { body: pause })];
  clock.advance(5_000);

  expect([early, again.body]).toMatchObject([0, { errorCode: "IDLE_PERIOD_OVERLAPPING" }]);
  expect(await shown()).toBe(1);
});

test("given a contract that nobody has, then 404", async () => {
  const { send } = await aSandbox();

  expect(await send(getIdlePeriodConfig, { contractId: 1n })).toMatchObject({
    status: 404,
    body: { errorCode: "CONTRACT_UNKNOWN" },
  });
});
