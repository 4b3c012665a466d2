import { expect, test } from "vitest";
import * as z from "zod";
import { cast } from "#infra/sandbox/members/cast.ts";
import { getCustomerAddressData } from "#lib/operations/address-data.ts";
import { getCustomerContactData } from "#lib/operations/contact-data.ts";
import { getCustomerPaymentData } from "#lib/operations/payment-data.ts";
import { aClock, aSandbox, idOf } from "./given.ts";

const castIds = cast.map((_, place) => 1000 + place);
const amendable = z.looseObject({ amendmentConfigurationStatus: z.string(), pendingAmendment: z.unknown().optional() });

test("the cast's contracts have every value of every enum", async () => {
  const { contractsOf } = await aSandbox();

  const contracts = (await Promise.all(castIds.map(contractsOf))).flat();

  const situations = contracts.map((c) =>
    [c.contractStatus, c.cancelationStatus, c.cancelationOrigin].join(" ").trim(),
  );
  expect([...new Set(situations)].sort()).toEqual([
    "ACTIVE",
    "ACTIVE CANCELED CUSTOMER",
    "ACTIVE CANCELED STUDIO",
    "ACTIVE PENDING_VERIFICATION CUSTOMER",
    "ACTIVE PENDING_WITHDRAWAL_VERIFICATION CUSTOMER",
    "INACTIVE",
    "INACTIVE CANCELED CUSTOMER",
    "INACTIVE CANCELED STUDIO",
  ]);
  const types = contracts.map(({ priceDetails }) => priceDetails.paymentFrequency.type);
  expect(new Set(types)).toEqual(new Set(["FREE", "NON_RECURRING", "RECURRING", "MONTH_DAY", "TERM_BASED"]));
  const units = contracts.map(({ cancelationPeriod }) => cancelationPeriod?.periodUnit);
  expect(new Set(units)).toEqual(new Set(["DAY", "WEEK", "MONTH", undefined]));
});

test("the cast's payment frequencies have only the fields of their type", async () => {
  const { contractsOf } = await aSandbox();

  const contracts = (await Promise.all(castIds.map(contractsOf))).flat();

  const fields = contracts.map(({ priceDetails: { paymentFrequency: p } }) => [
    p.type,
    ...["price", "monthDaysToPrices", "termsToPrices"].filter((name) => name in p),
  ]);
  expect([...new Set(fields.map((list) => list.join(" ")))].sort()).toEqual([
    "FREE",
    "MONTH_DAY monthDaysToPrices",
    "NON_RECURRING",
    "RECURRING price",
    "TERM_BASED termsToPrices",
  ]);
});

test("the cast has every kind of configuration and of pending change", async () => {
  const { send } = await aSandbox();

  const answers = await Promise.all(castIds.map((customerId) => send(getCustomerAddressData, { customerId })));

  const data = answers.map(({ body }) => amendable.parse(body));
  expect(new Set(data.map((each) => each.amendmentConfigurationStatus))).toEqual(
    new Set(["READ", "CHANGES_REQUIRE_VERIFICATION", "CHANGES_WITHOUT_VERIFICATION"]),
  );
  expect(data.filter((each) => each.pendingAmendment !== undefined)).toHaveLength(3);
});

test("some members of the cast have no contract, and some have several", async () => {
  const { contractsOf } = await aSandbox();

  expect(await contractsOf(idOf(cast, "no contract"))).toEqual([]);
  expect(await contractsOf(idOf(cast, "several contracts: ended, running, canceled, free"))).toHaveLength(4);
});

test.each([["free and without notice: no deadline"], ["paid once, ends by itself: no deadline"]])(
  "the active contract of “%s” has no deadline and no dates",
  async (situation) => {
    const { contractOf } = await aSandbox();

    const contract = await contractOf(idOf(cast, situation));

    expect(contract.contractStatus).toBe("ACTIVE");
    expect(contract).not.toHaveProperty("lastPossibleCancelationDate");
    expect(contract).not.toHaveProperty("availableCancelationDates");
  },
);

test.each([
  ["price rises with time, first price", 19.9],
  ["price rises with time, second price", 24.9],
  ["price rises with time, last price", 29.9],
])("the current price of “%s” is %d, and its base price does not change", async (situation, amount) => {
  const { contractOf } = await aSandbox();

  const { price, priceDetails } = await contractOf(idOf(cast, situation));

  expect(price).toBe(amount);
  expect(priceDetails.currentPrice).toEqual({ amount, currency: "EUR" });
  expect(priceDetails.basePrice).toEqual({ amount: 19.9, currency: "EUR" });
});

/** Where months of different lengths meet, around a leap day. */
const endsOfMonths = Array.from({ length: 15 }, (_, month) =>
  [-3, -2, -1, 0, 1].map((date) => Date.UTC(2027, month, date)),
);

test("the deadline of member 1000 is within 14 days of any first day", async () => {
  const clock = aClock();
  const deadlines: number[] = [];

  for (const day of endsOfMonths.flat().map((time) => new Date(time).toISOString().slice(0, 10))) {
    clock.turnTo(day);
    const { contractOf } = await aSandbox({ now: clock.now });
    const { lastPossibleCancelationDate } = await contractOf(1000);
    deadlines.push((Date.parse(lastPossibleCancelationDate ?? "") - Date.parse(day)) / 86_400_000);
  }

  expect(Math.min(...deadlines)).toBeGreaterThanOrEqual(6);
  expect(Math.max(...deadlines)).toBeLessThanOrEqual(10);
});

test("member 1000 has one recurring contract, changes contact data at once and an address after verification", async () => {
  const { send, contractOf } = await aSandbox();

  const contract = await contractOf(1000);
  const contact = await send(getCustomerContactData, { customerId: 1000 });
  const address = await send(getCustomerAddressData, { customerId: 1000 });

  expect(contract).toMatchObject({
    contractStatus: "ACTIVE",
    priceDetails: { paymentFrequency: { type: "RECURRING" } },
  });
  expect(contact.body).toMatchObject({ amendmentConfigurationStatus: "CHANGES_WITHOUT_VERIFICATION" });
  expect(address.body).toMatchObject({ amendmentConfigurationStatus: "CHANGES_REQUIRE_VERIFICATION" });
});

test("a pending change of an account shows that it needs a signature, but no signature", async () => {
  const { send } = await aSandbox();

  const { body } = await send(getCustomerPaymentData, { customerId: idOf(cast, "changes of everything wait") });

  expect(body).toMatchObject({ requireSignature: true, pendingAmendment: { requireSignature: true } });
});

test("the members that docs/guides uses stay where they are", () => {
  expect(idOf(cast, "deadline far away")).toBe(1003);
  expect(idOf(cast, "made online five days ago, starts next week: may still withdraw")).toBe(1036);
});
