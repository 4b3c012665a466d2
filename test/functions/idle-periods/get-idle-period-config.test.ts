import { expect, test } from "vitest";
import { getIdlePeriodConfig } from "#lib/operations/idle-periods.ts";
import { partnerClaims, theLog } from "../../given.ts";
import { serves } from "../serves.ts";

const served = serves(getIdlePeriodConfig, {
  load: () => import("#functions/idle-periods/get-idle-period-config.ts"),
  params: { contractId: "9007199254740993" },
  answer: '{ "idlePeriodReasons": [{"id": 9007199254740993, "name": "Krankheit"}], "somethingNew": 1.50 }',
});

test("accepts the config of an older version, without the fields that came later", async () => {
  const lines = theLog();
  const config = {
    temporalUnit: "MONTH",
    maxTerms: 3,
    firstPossibleStartDate: "2027-01-01",
    nextPossibleStartDateOnly: false,
    idlePeriodFee: { amount: 5, currency: "EUR" },
    accessRefusal: true,
    idlePeriodReasons: [{ id: 1, name: "Illness", documentRequired: false }],
    idlePeriodCreationStatus: "CHANGES_REQUIRE_VERIFICATION",
    contractHasExtension: true,
  };
  served.upstream.answerAlways({ body: JSON.stringify(config) });
  expect((await served.send()).json).toEqual(config);
  expect(lines[0]).not.toHaveProperty("drift");
});

test("needs a scope of its own, as the reason for a pause can be an illness", async () => {
  const other = await served.send({ claims: { ...partnerClaims, scope: "perfectgym/membership.read" } });
  expect(other).toBeProblem(403, { code: "forbidden" });
  expect(served.upstream.requests).toEqual([]);
});
