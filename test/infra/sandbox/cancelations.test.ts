import { expect, test } from "vitest";
import { cast } from "#infra/sandbox/members/cast.ts";
import { createContractCancelationAmendment } from "#lib/operations/contracts.ts";
import { aClock, aSandbox, idOf } from "./given.ts";

type Opened = Awaited<ReturnType<typeof aSandbox>>;

/** Cancels a member's only contract to its first date, with the changes of a test. */
const cancel = async ({ send, contractOf }: Opened, customerId: number, change: Record<string, unknown> = {}) => {
  const { id, availableCancelationDates } = await contractOf(customerId);
  const wanted = { contractId: id, cancelationDate: availableCancelationDates?.[0] ?? "2027-12-31" };
  return send(
    createContractCancelationAmendment,
    { customerId },
    { body: { ...wanted, cancelationReasonId: 1002, ...change } },
  );
};

test.each([
  ["verifies cancelations", "VERIFIED_BY_STUDIO", "PENDING_VERIFICATION"],
  ["accepts cancelations at once", "AT_ONCE", "CANCELED"],
] as const)("shows a cancelation in the contract if the studio %s", async (_, cancelations, status) => {
  const opened = await aSandbox({ cancelations });
  const before = await opened.contractOf(1000);

  const answer = await cancel(opened, 1000);

  expect(answer).toMatchObject({ status: 200, body: { success: expect.any(String) } });
  expect(await opened.contractOf(1000)).toMatchObject({
    contractStatus: "ACTIVE",
    cancelationStatus: status,
    cancelationDate: before.endDate,
    cancelationReason: "Too expensive",
    cancelationOrigin: "CUSTOMER",
  });
});

test("leaves a cancelation pending until the studio verifies it, by default", async () => {
  const opened = await aSandbox();

  await cancel(opened, 1000);

  expect(await opened.contractOf(1000)).toMatchObject({ cancelationStatus: "PENDING_VERIFICATION" });
});

test("books a cancelation once, with the sandbox's time", async () => {
  const opened = await aSandbox();

  await cancel(opened, 1000);
  await cancel(opened, 1000);

  expect(opened.sandbox.books).toEqual([
    {
      operation: "createContractCancelationAmendment",
      customerId: "1000",
      contractId: "5000010000",
      requestedDate: "2027-04-20",
      at: "2027-03-10T12:00:00.000Z",
    },
  ]);
});

test("renews a contract until a later available date that it is canceled to", async () => {
  const clock = aClock();
  const opened = await aSandbox({ now: clock.now, cancelations: "AT_ONCE" });

  await cancel(opened, 1000, { cancelationDate: "2028-04-20" });

  expect(await opened.contractOf(1000)).toMatchObject({ endDate: "2027-04-20", cancelationDate: "2028-04-20" });
  clock.turnTo("2027-04-21");
  expect(await opened.contractOf(1000)).toMatchObject({ endDate: "2028-04-20", contractStatus: "ACTIVE" });
});

test("shows a canceled contract as inactive forever after its date", async () => {
  const clock = aClock();
  const opened = await aSandbox({ now: clock.now, cancelations: "AT_ONCE" });
  await cancel(opened, 1000);

  clock.turnTo("2027-04-20");
  const lastDay = await opened.contractOf(1000);
  clock.turnTo("2027-04-21");
  const dayAfter = await opened.contractOf(1000);
  clock.turnTo("2031-01-01");
  const yearsAfter = await opened.contractOf(1000);

  expect([lastDay, dayAfter, yearsAfter].map((c) => c.contractStatus)).toEqual(["ACTIVE", "INACTIVE", "INACTIVE"]);
  expect(yearsAfter).toMatchObject({ endDate: "2027-04-20", cancelationStatus: "CANCELED" });
});

test.each([
  ["canceled by the member, still running", "ALREADY_CANCELED"],
  ["canceled by the studio, still running", "ALREADY_CANCELED"],
  ["cancelation waits for the studio", "ALREADY_CANCELED"],
  ["withdrawal of a cancelation waits for the studio", "ALREADY_CANCELED"],
  ["ended by the member's cancelation", "CONTRACT_NOT_ACTIVE"],
  ["ended by itself", "CONTRACT_NOT_ACTIVE"],
])("answers 409 to the cancelation of a contract that is %s", async (situation, errorCode) => {
  const opened = await aSandbox();

  const answer = await cancel(opened, idOf(cast, situation));

  expect(answer).toMatchObject({ status: 409, body: { errorCode } });
  expect(opened.sandbox.books).toEqual([]);
});

test.each([
  ["a date that is not the end of a term", { cancelationDate: "2027-04-19" }, "cancelationDate"],
  ["a reason that the studio does not have", { cancelationReasonId: 999 }, "cancelationReasonId"],
  ["a reason beyond 2^53", { cancelationReasonId: 9_007_199_254_740_993n }, "cancelationReasonId"],
  ["no reason", { cancelationReasonId: undefined }, "cancelationReasonId"],
  ["a malformed date", { cancelationDate: "20.04.2027" }, "cancelationDate"],
])("answers 400 with the field to a cancelation with %s", async (_, change, reference) => {
  const opened = await aSandbox();

  const answer = await cancel(opened, 1000, change);

  expect(answer).toMatchObject({ status: 400, body: { reference } });
  expect(opened.sandbox.books).toEqual([]);
});

test("answers 400 to a cancelation to the end of the current term after its deadline", async () => {
  const clock = aClock();
  const opened = await aSandbox({ now: clock.now });

  clock.turnTo("2027-03-21");
  const answer = await cancel(opened, 1000, { cancelationDate: "2027-04-20" });

  expect(answer).toMatchObject({ status: 400, body: { errorCode: "DATE_NOT_AVAILABLE" } });
});

test("answers 400 to the cancelation of a contract without available dates", async () => {
  const opened = await aSandbox();

  const answer = await cancel(opened, idOf(cast, "free and without notice: no deadline"));

  expect(answer).toMatchObject({ status: 400, body: { errorCode: "DATE_NOT_AVAILABLE" } });
});

test("answers 404 to the cancelation of another member's contract", async () => {
  const opened = await aSandbox();
  const { id } = await opened.contractOf(1001);

  const answer = await cancel(opened, 1000, { contractId: id });

  expect(answer).toMatchObject({ status: 404, body: { errorCode: "CONTRACT_UNKNOWN" } });
});

test("cancels one of two contracts whose ids are equal as doubles", async () => {
  const opened = await aSandbox();
  const customerId = idOf(cast, "contract and amendment ids beyond 2^53, two of which a double takes for the same");
  const cancelationDate = (await opened.contractsOf(customerId))[0]?.endDate;
  const body = { contractId: 9_007_199_254_740_993n, cancelationDate, cancelationReasonId: 1001 };

  await opened.send(createContractCancelationAmendment, { customerId }, { body });

  const [first, second] = await opened.contractsOf(customerId);
  expect(first?.cancelationStatus).toBeUndefined();
  expect(second?.cancelationStatus).toBe("PENDING_VERIFICATION");
});

test("shows the date to which the studio moved a cancelation, and books both dates", async () => {
  const opened = await aSandbox({ keeps: "ITS_OWN_WAY", cancelations: "AT_ONCE" });
  for (let customerId = 1000; customerId < 1020; customerId++)
    if ((await opened.contractsOf(customerId)).length === 1) await cancel(opened, customerId);
  const { books } = opened.sandbox;
  for (const { customerId, requestedDate, movedTo, keeping } of books) {
    const { cancelationDate } = await opened.contractOf(Number(customerId));
    expect([cancelationDate, keeping]).toEqual(movedTo ? [movedTo, "ALTERED"] : [requestedDate, undefined]);
    expect(movedTo).not.toBe(requestedDate);
  }
  expect(new Set(books.map(({ keeping }) => keeping))).toEqual(new Set([undefined, "ALTERED"]));
});
