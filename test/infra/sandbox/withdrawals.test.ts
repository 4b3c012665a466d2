import { expect, test } from "vitest";
import { cast } from "#infra/sandbox/members/cast.ts";
import { withdrawContractCancelation } from "#lib/operations/contracts.ts";
import { aSandbox, idOf } from "./given.ts";

type Opened = Awaited<ReturnType<typeof aSandbox>>;

const withdraw = async ({ send, contractOf }: Opened, situation: string) => {
  const customerId = idOf(cast, situation);
  const { id } = await contractOf(customerId);
  const answer = await send(withdrawContractCancelation, { customerId, contractId: id });
  return { answer, contract: await contractOf(customerId), customerId };
};

test.each([
  ["cancelation waits for the studio", "VERIFIED_BY_STUDIO"],
  ["cancelation waits for the studio", "AT_ONCE"],
  ["canceled by the member, still running", "AT_ONCE"],
] as const)("restores the contract at once when %s is withdrawn (%s)", async (situation, cancelations) => {
  const opened = await aSandbox({ cancelations });

  const { answer, contract } = await withdraw(opened, situation);

  expect(answer).toMatchObject({ status: 200, body: { success: expect.any(String) } });
  expect(contract.contractStatus).toBe("ACTIVE");
  expect(contract.availableCancelationDates).toHaveLength(3);
  for (const field of ["cancelationStatus", "cancelationDate", "cancelationReason", "cancelationOrigin"])
    expect(contract).not.toHaveProperty(field);
});

test("leaves the withdrawal of a verified cancelation pending until the studio verifies it", async () => {
  const opened = await aSandbox();

  const { answer, contract, customerId } = await withdraw(opened, "canceled by the member, still running");

  expect(answer.status).toBe(200);
  expect(contract).toMatchObject({
    cancelationStatus: "PENDING_WITHDRAWAL_VERIFICATION",
    cancelationReason: "Moving away",
  });
  expect(opened.sandbox.books).toEqual([
    {
      operation: "withdrawContractCancelation",
      customerId: String(customerId),
      contractId: String(contract.id),
      at: "2027-03-10T12:00:00.000Z",
    },
  ]);
});

test.each([
  ["deadline far away", "NOTHING_TO_WITHDRAW"],
  ["canceled by the studio, still running", "NOTHING_TO_WITHDRAW"],
  ["withdrawal of a cancelation waits for the studio", "NOTHING_TO_WITHDRAW"],
  ["ended by the member's cancelation", "CONTRACT_NOT_ACTIVE"],
])("answers 409 to the withdrawal of the cancelation of “%s”", async (situation, errorCode) => {
  const opened = await aSandbox();

  const { answer } = await withdraw(opened, situation);

  expect(answer).toMatchObject({ status: 409, body: { errorCode } });
  expect(opened.sandbox.books).toEqual([]);
});

test("answers 404 to the withdrawal for another member's contract", async () => {
  const { send, contractOf } = await aSandbox();
  const { id } = await contractOf(idOf(cast, "cancelation waits for the studio"));

  const answer = await send(withdrawContractCancelation, { customerId: 1000, contractId: id });

  expect(answer).toMatchObject({ status: 404, body: { errorCode: "CONTRACT_UNKNOWN" } });
});
