import { expect, test } from "vitest";
import { cast } from "#infra/sandbox/members/cast.ts";
import { createContractWithdrawalAmendment } from "#lib/operations/contracts.ts";
import { getCustomersContracts } from "#lib/operations/customers.ts";
import { aSandbox, idOf } from "./given.ts";

const inTime = "made online five days ago, starts next week: may still withdraw";

const idsOf = (situation: string) => {
  const customerId = idOf(cast, situation);
  return { customerId, contractId: 5_000_000_000n + BigInt(customerId) * 10n };
};

test.each([
  ["AT_ONCE", { reversed: true, reversalDateTime: "2027-03-10T12:00:00Z", contractStatus: "INACTIVE" }],
  ["VERIFIED_BY_STUDIO", { reversed: false, contractStatus: "ACTIVE" }],
] as const)(
  "given a studio with %s, when a member withdraws, then her contracts show %j",
  async (cancelations, wanted) => {
    const { send, sandbox } = await aSandbox({ cancelations });

    const answers = [
      await send(createContractWithdrawalAmendment, idsOf(inTime)),
      await send(createContractWithdrawalAmendment, idsOf(inTime)),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 409]);
    expect((await send(getCustomersContracts, idsOf(inTime))).body).toMatchObject([
      { createdDate: "2027-03-05", contractOrigin: "CONNECT_API", ...wanted },
    ]);
    expect(sandbox.books).toHaveLength(1);
  },
);

test.each([
  ["made online 15 days ago: too late to withdraw", "WITHDRAWAL_NOT_POSSIBLE"],
  ["made at the desk three days ago", "WITHDRAWAL_NOT_POSSIBLE"],
  ["made online, and withdrawn in time", "ALREADY_WITHDRAWN"],
])("given a contract that was %s, when the member withdraws, then 409", async (situation, errorCode) => {
  const { send } = await aSandbox();

  const answer = await send(createContractWithdrawalAmendment, idsOf(situation));

  expect(answer).toMatchObject({ status: 409, body: { errorCode } });
});

test("given a contract that was withdrawn in time, then it is over", async () => {
  const { contractOf } = await aSandbox();

  const contract = await contractOf(idsOf("made online, and withdrawn in time").customerId);

  expect(contract).toMatchObject({ contractStatus: "INACTIVE", endDate: "2027-03-03" });
  expect(contract).not.toHaveProperty("availableCancelationDates");
});
