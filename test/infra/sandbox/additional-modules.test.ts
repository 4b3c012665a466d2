import { expect, test } from "vitest";
import { cast } from "#infra/sandbox/members/cast.ts";
import {
  getAdditionalModuleContract,
  getAdditionalModules,
  getPurchasableAdditionalModules,
  validateAdditionalModuleContractRequest,
} from "#lib/operations/additional-modules.ts";
import { aSandbox, idOf } from "./given.ts";

const renewing = "add-ons: one renews monthly, one is on trial, one has ended by itself";
const canceled = "add-ons: canceled by the member, by the studio, waiting, and taken back but not yet verified";

/** The first contract of a member, and its booked modules in the order of the cast. */
const idsOf = (situation: string, place = 0) => {
  const contractId = 5_000_000_000n + BigInt(idOf(cast, situation)) * 10n;
  return {
    contractId,
    additionalModuleContractId: 5_500_000_000n + (contractId - 5_000_000_000n) * 10n + BigInt(place),
  };
};

const names = (body: unknown) => (body as { name: string }[]).map(({ name }) => name);

test("the studio's modules fit their schema", async () => {
  const { send } = await aSandbox();

  const { body } = await send(getAdditionalModules, {}, { headers: { "accept-language": "de" } });

  expect(getAdditionalModules.answer?.parse(body)).toHaveLength(4);
  expect(body).toMatchObject([{ name: "Sauna", description: "Nutzung der Sauna" }, {}, {}, {}]);
});

test.each<[string, readonly string[]]>([
  ["deadline far away", ["Sauna", "Drinks", "Solarium"]],
  [renewing, ["Solarium"]],
  ["ended by itself", []],
])("the contract of a member (%s) may have %j", async (situation, wanted) => {
  const { send } = await aSandbox();

  const { body } = await send(getPurchasableAdditionalModules, { contractId: idsOf(situation).contractId });

  expect(names(body)).toEqual(wanted);
});

const sauna = { additionalModuleId: 2001, paymentFrequencyId: 11, bookTrialPeriod: false };

test.each<[string, string, Partial<typeof sauna>, string]>([
  ["a module that she lacks", "deadline far away", {}, "PURCHASABLE"],
  [
    "a trial of one that has it",
    "deadline far away",
    { additionalModuleId: 2002, paymentFrequencyId: 21, bookTrialPeriod: true },
    "PURCHASABLE",
  ],
  ["one that she has", renewing, {}, "CONTRACT_ALREADY_PURCHASED"],
  ["one that ended", renewing, { additionalModuleId: 2003, paymentFrequencyId: 31 }, "PURCHASABLE"],
  ["one for a contract that ended", "ended by itself", {}, "CONTRACT_INVALID_STATUS"],
  ["one that nobody sells", "deadline far away", { additionalModuleId: 1 }, "NOT_FOUND"],
  [
    "one sold at the desk",
    "deadline far away",
    { additionalModuleId: 2004, paymentFrequencyId: 41 },
    "NOT_ONLINE_PURCHASABLE",
  ],
  ["a trial of one without", "deadline far away", { bookTrialPeriod: true }, "TRIAL_PERIOD_NOT_BOOKABLE"],
])("reports %s (%s)", async (_, situation, change, status) => {
  const { send } = await aSandbox();

  const { contractId } = idsOf(situation);
  const answer = await send(validateAdditionalModuleContractRequest, { contractId }, { body: { ...sauna, ...change } });

  expect(answer).toMatchObject({ status: 200 });
  expect(JSON.stringify(answer.body)).toMatch(new RegExp(`"ADDITIONAL_MODULE_${status}"`));
});

test("answers 400 with the field to a payment frequency of another module", async () => {
  const { send } = await aSandbox();

  const body = { ...sauna, paymentFrequencyId: 21 };
  const answer = await send(validateAdditionalModuleContractRequest, idsOf("deadline far away"), { body });

  expect(answer).toMatchObject({ status: 400, body: { reference: "paymentFrequencyId" } });
});

test.each<[string, number, object]>([
  [renewing, 0, { name: "Sauna", availableCancelationDates: ["2027-03-28", "2027-04-28", "2027-05-28"] }],
  [
    renewing,
    1,
    { trialPeriod: { startDate: "2027-03-05" }, startDate: "2027-03-19", lastPossibleCancelationDate: "2027-03-18" },
  ],
  [renewing, 2, { name: "Solarium", contractCancelationCanBeWithdrawn: false }],
  [canceled, 0, { contractCancelationStatus: "CANCELED", contractCancelationCanBeWithdrawn: true }],
  [canceled, 1, { contractCancelationStatus: "CANCELED", contractCancelationCanBeWithdrawn: false }],
  [canceled, 2, { contractCancelationStatus: "PENDING_VERIFICATION", cancelationReason: "Too expensive" }],
  [canceled, 3, { contractCancelationStatus: "PENDING_WITHDRAWAL_VERIFICATION" }],
])("shows the add-on of a member (%s), %i, as planned and with its schema", async (situation, place, wanted) => {
  const { send } = await aSandbox();

  const { body } = await send(getAdditionalModuleContract, idsOf(situation, place));

  expect(getAdditionalModuleContract.answer?.safeParse(body).error).toBeUndefined();
  expect(body).toMatchObject(wanted);
});

test.each([
  ["a contract that nobody has", { contractId: 5_000_010_009n, additionalModuleContractId: 1n }, "CONTRACT_UNKNOWN"],
  ["a contract of no member", { contractId: 1n, additionalModuleContractId: 1n }, "CONTRACT_UNKNOWN"],
  ["a contract beyond the members", { contractId: 5_999_999_999n, additionalModuleContractId: 1n }, "CONTRACT_UNKNOWN"],
  ["another contract's add-on", { ...idsOf(renewing), contractId: 5_000_010_000n }, "MODULE_CONTRACT_UNKNOWN"],
])("answers 404 to %s", async (_, ids, errorCode) => {
  const { send } = await aSandbox();

  expect(await send(getAdditionalModuleContract, ids)).toMatchObject({ status: 404, body: { errorCode } });
});

test("finds the owner of a contract with an id beyond 2^53", async () => {
  const { send } = await aSandbox();

  expect(await send(getPurchasableAdditionalModules, { contractId: 9_007_199_254_740_993n })).toMatchObject({
    status: 200,
  });
});
