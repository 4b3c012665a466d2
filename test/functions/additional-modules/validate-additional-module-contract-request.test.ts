import { expect, test } from "vitest";
import { validateAdditionalModuleContractRequest } from "#lib/operations/additional-modules.ts";
import { partnerClaims } from "../../given.ts";
import { serves } from "../serves.ts";

const body = { additionalModuleId: 2001, paymentFrequencyId: 11, bookTrialPeriod: false };
const served = serves(validateAdditionalModuleContractRequest, {
  load: () => import("#functions/additional-modules/validate-additional-module-contract-request.ts"),
  params: { contractId: "1000" },
  body,
  answer: '{"validationStatus": "ADDITIONAL_MODULE_CONTRACT_ALREADY_PURCHASED"}',
});

test.each([
  ["a trial in quotes", { ...body, bookTrialPeriod: "true" }, "/bookTrialPeriod"],
  ["no trial", { additionalModuleId: 2001, paymentFrequencyId: 11 }, "/bookTrialPeriod"],
  ["a module in quotes", { ...body, additionalModuleId: "2001" }, "/additionalModuleId"],
  ["no payment frequency", { additionalModuleId: 2001, bookTrialPeriod: false }, "/paymentFrequencyId"],
])("refuses %s without calling the upstream", async (_, given, pointer) => {
  expect(await served.send({ body: given })).toBeProblem(400, { pointers: [pointer] });
  expect(served.upstream.requests).toEqual([]);
});

test("is repeated like a read: it changes nothing", async () => {
  served.upstream.answerNext({ instead: "reset" });
  const answer = await served.send({ headers: { "idempotency-key": "too-short" } });
  expect(answer.json).toEqual({ validationStatus: "ADDITIONAL_MODULE_CONTRACT_ALREADY_PURCHASED" });
  expect(served.upstream.requests).toHaveLength(2);
});

test("needs no right to buy", async () => {
  const scope = "perfectgym/additional-module.read";
  expect((await served.send({ claims: { ...partnerClaims, scope } })).status).toBe(200);
});
