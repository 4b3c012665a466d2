import { expect, test } from "vitest";
import { cast } from "#infra/sandbox/members/cast.ts";
import { aClock, aSandbox, idOf } from "./given.ts";

const moving = async () => {
  const clock = aClock("2027-03-10");
  return { clock, ...(await aSandbox({ now: clock.now })) };
};

test("computes the dates of a yearly contract with a month's notice from its start", async () => {
  const { contractOf } = await moving();

  expect(await contractOf(1000)).toMatchObject({
    startDate: "2026-04-21",
    endDate: "2027-04-20",
    cancelationPeriod: { periodValue: 1, periodUnit: "MONTH" },
    lastPossibleCancelationDate: "2027-03-20",
    availableCancelationDates: ["2027-04-20", "2028-04-20", "2029-04-20"],
  });
});

test("allows canceling the current term on the day of the deadline", async () => {
  const { contractOf } = await moving();

  const contract = await contractOf(idOf(cast, "deadline is the sandbox's first day"));

  expect(contract.lastPossibleCancelationDate).toBe("2027-03-10");
  expect(contract.availableCancelationDates?.[0]).toBe(contract.endDate);
});

test("shows the dates and the deadline of the next term on the day after the deadline", async () => {
  const { contractOf } = await moving();

  const contract = await contractOf(idOf(cast, "deadline was the day before: next term's"));

  expect(contract).toMatchObject({
    endDate: "2027-04-06",
    lastPossibleCancelationDate: "2028-03-07",
    availableCancelationDates: ["2028-04-04", "2029-04-03", "2030-04-02"],
  });
});

test("offers the ends of a contract's own months if it renews by the month", async () => {
  const { contractOf } = await moving();

  expect(await contractOf(idOf(cast, "renews monthly by now"))).toMatchObject({
    startDate: "2025-10-26",
    endDate: "2027-03-25",
    lastPossibleCancelationDate: "2027-03-25",
    availableCancelationDates: ["2027-04-25", "2027-05-25", "2027-06-25"],
  });
});

test("renews a contract at the end of its term and keeps its start", async () => {
  const { clock, contractOf } = await moving();

  clock.turnTo("2027-04-20");
  const lastDay = await contractOf(1000);
  clock.turnTo("2027-04-21");
  const firstDay = await contractOf(1000);

  expect(lastDay).toMatchObject({ startDate: "2026-04-21", endDate: "2027-04-20", contractStatus: "ACTIVE" });
  expect(firstDay).toMatchObject({ startDate: "2026-04-21", endDate: "2028-04-20", contractStatus: "ACTIVE" });
});

test("moves the deadline by one term after it has passed", async () => {
  const { clock, contractOf } = await moving();

  clock.turnTo("2027-03-21");

  expect(await contractOf(1000)).toMatchObject({
    endDate: "2027-04-20",
    lastPossibleCancelationDate: "2028-03-20",
    availableCancelationDates: ["2028-04-20", "2029-04-20", "2030-04-20"],
  });
});

test("shows a contract that does not renew as inactive after its term", async () => {
  const { clock, contractOf } = await moving();
  const id = idOf(cast, "paid once, ends by itself: no deadline");
  const { endDate } = await contractOf(id);

  clock.turnTo("2028-01-01");

  expect(await contractOf(id)).toMatchObject({ contractStatus: "INACTIVE", endDate });
});

test.each([
  "canceled by the member, still running",
  "canceled by the studio, still running",
  "withdrawal of a cancelation waits for the studio",
  "ended by the member's cancelation",
  "ended by itself",
])("shows no deadline and no dates for a contract that is “%s”", async (situation) => {
  const { contractOf } = await moving();

  const contract = await contractOf(idOf(cast, situation));

  expect(contract).not.toHaveProperty("lastPossibleCancelationDate");
  expect(contract).not.toHaveProperty("availableCancelationDates");
});

test("still shows the deadline while a cancelation is pending", async () => {
  const { contractOf } = await moving();

  const contract = await contractOf(idOf(cast, "cancelation waits for the studio"));

  expect(contract.availableCancelationDates?.[0]).toBe(contract.cancelationDate);
  expect(contract.lastPossibleCancelationDate).toBe("2027-10-29");
});

test("gives 250 members deadlines from today on in every month, none after the first available date", async () => {
  const { contractsOf } = await moving();
  const ids = Array.from({ length: 250 }, (_, index) => 1000 + index);

  const contracts = (await Promise.all(ids.map(contractsOf))).flat();

  const deadlines = contracts.flatMap(({ lastPossibleCancelationDate }) => lastPossibleCancelationDate ?? []);
  expect(deadlines.filter((day) => day < "2027-03-10")).toEqual([]);
  expect(
    contracts.filter((c) => (c.lastPossibleCancelationDate ?? "") > (c.availableCancelationDates?.[0] ?? "")),
  ).toEqual([]);
  const perMonth = Map.groupBy(deadlines, (day) => day.slice(0, 7));
  const comingYear = ["03", "04", "05", "06", "07", "08", "09", "10", "11", "12"].map((month) => `2027-${month}`);
  for (const month of [...comingYear, "2028-01", "2028-02"])
    expect(perMonth.get(month)?.length, month).toBeGreaterThan(4);
});
