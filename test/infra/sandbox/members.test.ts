import { isValidBIC, isValidIBAN } from "ibantools";
import { expect, test } from "vitest";
import * as z from "zod";
import { createCustomerContactDataAmendment, getCustomerContactData } from "#lib/operations/contact-data.ts";
import { getContractData } from "#lib/operations/contracts.ts";
import { getCustomerPaymentData } from "#lib/operations/payment-data.ts";
import { aClock, aSandbox } from "./given.ts";

const account = z.looseObject({ iban: z.string(), bic: z.string() });
const contact = z.looseObject({ email: z.string(), phonePrivate: z.string() });
const mixed = Array.from({ length: 15 }, (_, index) => 1100 + index);

const readEverything = async (options: { seed?: number; day?: string }) => {
  const { call } = await aSandbox({ now: aClock(options.day).now, ...options });
  const read = async (paths: readonly string[]) =>
    (await Promise.all(paths.map((path) => call(path)))).map(({ text }) => text).join("\n");
  const kinds = ["contact", "address", "master", "payment"];
  return {
    contracts: await read(mixed.map((id) => `/v1/memberships/${id}/self-service/contract-data`)),
    data: await read(mixed.flatMap((id) => kinds.map((kind) => `/v1/customers/${id}/self-service/${kind}-data`))),
    list: await read(["/v1/customers?sliceSize=500"]),
  };
};

test("two sandboxes with the same seed and clock answer the same bytes", async () => {
  expect(await readEverything({ seed: 7 })).toEqual(await readEverything({ seed: 7 }));
});

test("another seed gives other members and other contracts", async () => {
  const [first, other] = [await readEverything({ seed: 7 }), await readEverything({ seed: 8 })];

  expect(other.contracts).not.toBe(first.contracts);
  expect(other.data).not.toBe(first.data);
  expect(other.list).not.toBe(first.list);
});

test("another first day moves the contracts and keeps the members", async () => {
  const [first, other] = [await readEverything({}), await readEverything({ day: "2027-03-11" })];

  expect(other.contracts).not.toBe(first.contracts);
  expect({ ...other, contracts: "" }).toEqual({ ...first, contracts: "" });
});

test("members have valid IBANs and BICs, and addresses and numbers that reach nobody", async () => {
  const { send } = await aSandbox();

  const accounts = await Promise.all(mixed.map((customerId) => send(getCustomerPaymentData, { customerId })));
  const contacts = await Promise.all(mixed.map((customerId) => send(getCustomerContactData, { customerId })));

  for (const { iban, bic } of accounts.map(({ body }) => account.parse(body))) {
    expect(isValidIBAN(iban.replaceAll(" ", "")), iban).toBe(true);
    expect(iban.replaceAll(" ", "").slice(4, 5)).toBe("9");
    expect(isValidBIC(bic)).toBe(true);
  }
  for (const { email, phonePrivate } of contacts.map(({ body }) => contact.parse(body))) {
    expect(email).toMatch(/@example\.com$/);
    expect(phonePrivate).toMatch(/^\+49 30 23125 \d{3}$/);
  }
});

test("starts with 100,000 members and answers for the last one in less than two seconds", async () => {
  const startedMs = performance.now();
  const { send, call } = await aSandbox({ members: 100_000 });

  const last = await send(getContractData, { customerId: 100_999 });
  const none = await send(getContractData, { customerId: 101_000 });
  const slice = await call("/v1/customers?sliceSize=500&offset=99500");
  const change = await send(
    createCustomerContactDataAmendment,
    { customerId: 1000 },
    { body: { email: "a@example.com" } },
  );

  expect([last.status, none.status, slice.status, change.status]).toEqual([200, 404, 200, 200]);
  expect(performance.now() - startedMs).toBeLessThan(2000);
});
