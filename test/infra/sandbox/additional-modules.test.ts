import { expect, test } from "vitest";
import { cast } from "#infra/sandbox/members/cast.ts";
import {
  createModuleContractCancelationAmendment,
  getAdditionalModuleContract,
  getAdditionalModules,
  getPurchasableAdditionalModules,
  purchaseAdditionalModuleContract,
  validateAdditionalModuleContractRequest,
  withdrawAdditionalModuleContractCancelation,
} from "#lib/operations/additional-modules.ts";
import { getCustomersContracts } from "#lib/operations/customers.ts";
import { aClock, aSandbox, idOf } from "./given.ts";

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

/** Buys a module for the contract of the member whose deadline is far away. */
const buy = async (send: Awaited<ReturnType<typeof aSandbox>>["send"], change: Partial<typeof sauna> = {}) => {
  const { contractId } = idsOf("deadline far away");
  const answer = await send(purchaseAdditionalModuleContract, { contractId }, { body: { ...sauna, ...change } });
  return { answer, contractId, additionalModuleContractId: (answer.body as { id: bigint }).id };
};

test("given a purchase, then the module is booked from today, once, and shows among the member's contracts", async () => {
  const { send, sandbox } = await aSandbox();

  const { answer, ...ids } = await buy(send);
  const second = await buy(send);

  expect(answer).toMatchObject({ status: 200, body: { id: 9_000_000_000 } });
  expect(second.answer).toMatchObject({
    status: 409,
    body: { errorCode: "ADDITIONAL_MODULE_CONTRACT_ALREADY_PURCHASED" },
  });
  expect(await send(getAdditionalModuleContract, ids)).toMatchObject({
    body: { name: "Sauna", startDate: "2027-03-10" },
  });
  const { body } = await send(getCustomersContracts, { customerId: idOf(cast, "deadline far away") });
  expect(body).toMatchObject([
    { moduleContracts: [{ id: 9_000_000_000, rateName: "Sauna", startDate: "2027-03-10" }] },
  ]);
  expect(sandbox.books).toMatchObject([
    { operation: "purchaseAdditionalModuleContract", customerId: "1003", additionalModuleContractId: "9000000000" },
  ]);
});

test("given a purchase with a trial, then it can be canceled to the end of the trial", async () => {
  const { send } = await aSandbox({ cancelations: "AT_ONCE" });
  const { answer: _, ...ids } = await buy(send, {
    additionalModuleId: 2002,
    paymentFrequencyId: 21,
    bookTrialPeriod: true,
  });

  const body = { cancelationDate: "2027-03-23", cancelationReasonId: 1001 };
  const canceling = await send(createModuleContractCancelationAmendment, ids, { body });

  expect(canceling).toMatchObject({ status: 200 });
  expect(await send(getAdditionalModuleContract, ids)).toMatchObject({
    body: { contractCancelationStatus: "CANCELED", endDate: "2027-03-23", cancelationDate: "2027-03-23" },
  });
});

test("given a cancelation, when it is taken back, then nothing of it is left, and it cannot be taken back twice", async () => {
  const { send, sandbox } = await aSandbox();
  const ids = idsOf(renewing);
  const body = { cancelationDate: "2027-03-28", cancelationReasonId: 1001 };

  const answers = [
    await send(createModuleContractCancelationAmendment, ids, { body }),
    await send(createModuleContractCancelationAmendment, ids, { body }),
    await send(withdrawAdditionalModuleContractCancelation, ids),
    await send(withdrawAdditionalModuleContractCancelation, ids),
  ];

  expect(answers.map(({ status }) => status)).toEqual([200, 409, 200, 409]);
  expect((await send(getAdditionalModuleContract, ids)).body).not.toHaveProperty("contractCancelationStatus");
  expect(sandbox.books).toHaveLength(2);
});

test.each([
  ["a date that is not open", renewing, { cancelationDate: "2027-03-27" }, "DATE_NOT_AVAILABLE"],
  ["a reason that nobody has", renewing, { cancelationReasonId: 1 }, "REASON_UNKNOWN"],
  ["a module that is canceled", canceled, {}, "ALREADY_CANCELED"],
])("given %s, then a cancelation is refused", async (_, situation, change, errorCode) => {
  const { send } = await aSandbox();

  const body = { cancelationDate: "2027-03-28", cancelationReasonId: 1001, ...change };
  const answer = await send(createModuleContractCancelationAmendment, idsOf(situation), { body });

  expect(answer).toMatchObject({ body: { errorCode } });
});

test("given a cancelation of the studio, then the member cannot take it back", async () => {
  const { send } = await aSandbox();

  expect(await send(withdrawAdditionalModuleContractCancelation, idsOf(canceled, 1))).toMatchObject({
    status: 409,
    body: { errorCode: "NOTHING_TO_WITHDRAW" },
  });
});

test("given reads that lag, then a booked module and its cancelation show only later", async () => {
  const clock = aClock();
  const { send } = await aSandbox({ now: clock.now, readLagMs: 5_000 });
  const ids = idsOf("deadline far away");
  const { body } = await send(purchaseAdditionalModuleContract, { contractId: ids.contractId }, { body: sauna });
  const { id } = body as { id: number };
  const booked = { contractId: ids.contractId, additionalModuleContractId: id };

  const early = await send(getAdditionalModuleContract, booked);
  clock.advance(5_000);
  const shown = await send(getAdditionalModuleContract, booked);
  const { availableCancelationDates } = shown.body as { availableCancelationDates: string[] };
  const cancelation = { cancelationDate: availableCancelationDates[0], cancelationReasonId: 1001 };
  const canceled = await send(createModuleContractCancelationAmendment, booked, { body: cancelation });
  const notYet = await send(getAdditionalModuleContract, booked);
  clock.advance(5_000);

  expect([early.status, shown.status, canceled.status]).toEqual([404, 200, 200]);
  expect(notYet.body).not.toHaveProperty("contractCancelationStatus");
  expect((await send(getAdditionalModuleContract, booked)).body).toHaveProperty("contractCancelationStatus");
});

test("given reads that lag, then they show a purchase only later, and the studio knows it at once", async () => {
  const clock = aClock();
  const { send } = await aSandbox({ now: clock.now, readLagMs: 5_000 });
  const situation = "deadline far away";
  const { contractId } = idsOf(situation);
  const shown = async () => {
    const { body } = await send(getCustomersContracts, { customerId: idOf(cast, situation) });
    return (body as { moduleContracts: unknown[] }[])[0]?.moduleContracts.length;
  };

  await send(purchaseAdditionalModuleContract, { contractId }, { body: sauna });
  const [early, again] = [await shown(), await send(purchaseAdditionalModuleContract, { contractId }, { body: sauna })];
  clock.advance(5_000);

  expect([early, again.body]).toMatchObject([0, { errorCode: "ADDITIONAL_MODULE_CONTRACT_ALREADY_PURCHASED" }]);
  expect(await shown()).toBe(1);
});
