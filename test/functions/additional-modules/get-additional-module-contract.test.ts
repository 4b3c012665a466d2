import { expect, test } from "vitest";
import { getAdditionalModuleContract } from "#lib/operations/additional-modules.ts";
import { partnerClaims } from "../../given.ts";
import { serves } from "../serves.ts";

const params = { contractId: "1000", additionalModuleContractId: "9007199254740993" };
const served = serves(getAdditionalModuleContract, {
  load: () => import("#functions/additional-modules/get-additional-module-contract.ts"),
  params,
  answer: '{"name": "Sauna", "contractCancelationStatus": null}',
});

test("is not allowed by a token that may only read contracts", async () => {
  const answer = await served.send({ claims: { ...partnerClaims, scope: "perfectgym/membership.read" } });
  expect(answer).toBeProblem(403, { code: "forbidden" });
  expect(served.upstream.requests).toEqual([]);
});
