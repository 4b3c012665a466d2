import { expect, test } from "vitest";
import { cast } from "#infra/sandbox/members/cast.ts";
import { getCustomerContactData } from "#lib/operations/contact-data.ts";
import { getContractCancelationReasonData, getContractData } from "#lib/operations/contracts.ts";
import { aSandbox, idOf } from "./given.ts";

const english = "There is no such customer";
const german = "Diese Person gibt es nicht";

test.each([
  ["de", german],
  ["de-CH,de;q=0.9,en;q=0.5", german],
  ["DE-li", german],
  ["en;q=0.5,de;q=0.6", german],
  ["en ; q=0.1 , de ; q=0.2", german],
  ["fr,de;q=0.4", german],
  ["en;q=0,de;q=0.001", german],
  ["en;q=oops,de;q=0.1", german],
  ["en,de", english],
  ["de,en", german],
  ["de;q=0.8,en-GB", english],
  ["de;q=0", english],
  ["fr", english],
  ["den", english],
  ["*", english],
  ["", english],
  [";;;,", english],
])("answers Accept-Language %j with the message %j", async (acceptLanguage, errorMessage) => {
  const { send } = await aSandbox();

  const { body } = await send(
    getCustomerContactData,
    { customerId: 5 },
    { headers: { "accept-language": acceptLanguage } },
  );

  expect(body).toMatchObject({ errorMessage, errorCode: "CUSTOMER_UNKNOWN" });
});

test("names reasons in German in the list and in a canceled contract", async () => {
  const { send } = await aSandbox();
  const german = { headers: { "accept-language": "de" } };
  const customerId = idOf(cast, "canceled by the member, still running");

  const reasons = await send(getContractCancelationReasonData, {}, german);
  const contracts = await send(getContractData, { customerId }, german);

  expect(reasons.body).toContainEqual({ cancelationReasonId: 1001, cancelationReasonName: "Umzug" });
  expect(contracts.body).toMatchObject([{ cancelationReason: "Umzug" }]);
});
