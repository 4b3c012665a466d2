import { expect, test } from "vitest";
import * as z from "zod";
import { cast } from "#infra/sandbox/members/cast.ts";
import { createCustomerAddressDataAmendment, getCustomerAddressData } from "#lib/operations/address-data.ts";
import { createCustomerContactDataAmendment, getCustomerContactData } from "#lib/operations/contact-data.ts";
import { createCustomerMasterDataAmendment, getCustomerMasterData } from "#lib/operations/master-data.ts";
import { aSandbox, idOf } from "./given.ts";

const address = { street: "Neuer Weg", houseNumber: "7", zipCode: "00456", city: "Testdorf", countryCode: "DE" };
const master = {
  firstName: "Kim",
  lastName: "Fiktiv",
  gender: "FEMALE",
  dateOfBirth: "1990-02-28",
  customerTitle: "DR",
};
const record = z.record(z.string(), z.unknown());

test("keeps the fields that a change of contact data leaves out", async () => {
  const { send, sandbox } = await aSandbox();
  const before = record.parse((await send(getCustomerContactData, { customerId: 1000 })).body);
  const body = { email: "robin@example.com" };

  const answer = await send(createCustomerContactDataAmendment, { customerId: 1000 }, { body });

  expect(answer).toMatchObject({ status: 200 });
  expect(answer.body).toEqual({ id: 8_000_000_000, email: "robin@example.com" });
  const after = await send(getCustomerContactData, { customerId: 1000 });
  expect(after.body).toEqual({ ...before, email: "robin@example.com" });
  expect(sandbox.books).toEqual([
    {
      operation: "createCustomerContactDataAmendment",
      customerId: "1000",
      amendmentId: "8000000000",
      at: "2027-03-10T12:00:00.000Z",
    },
  ]);
});

test("deletes the fields that a change leaves out if the studio replaces contact data", async () => {
  const { send } = await aSandbox({ contactChanges: "REPLACED" });
  const body = { email: "robin@example.com" };

  await send(createCustomerContactDataAmendment, { customerId: 1000 }, { body });

  const after = await send(getCustomerContactData, { customerId: 1000 });
  expect(after.body).toEqual({ ...body, amendmentConfigurationStatus: "CHANGES_WITHOUT_VERIFICATION" });
});

test("shows null for a number that null deleted", async () => {
  const { send } = await aSandbox();

  await send(createCustomerContactDataAmendment, { customerId: 1000 }, { body: { phonePrivate: null } });

  const after = await send(getCustomerContactData, { customerId: 1000 });
  expect(after.body).toMatchObject({ phonePrivate: null, email: "member.1000@example.com" });
});

test("does not store fields that only a read shows", async () => {
  const { send } = await aSandbox();
  const body = { ...address, amendmentConfigurationStatus: "READ", pendingAmendment: null };

  const answer = await send(createCustomerAddressDataAmendment, { customerId: 1000 }, { body });

  expect(answer.body).toEqual({ id: 8_000_000_000, ...address });
});

test("changes no other data of the member and no data of other members", async () => {
  const { send } = await aSandbox();
  const readOthers = async () => [
    (await send(getCustomerContactData, { customerId: 1001 })).text,
    (await send(getCustomerMasterData, { customerId: 1000 })).text,
  ];
  const before = await readOthers();

  await send(createCustomerContactDataAmendment, { customerId: 1000 }, { body: { email: "robin@example.com" } });

  expect(await readOthers()).toEqual(before);
});

test.each([
  ["an address", createCustomerAddressDataAmendment, getCustomerAddressData, address],
  ["master data", createCustomerMasterDataAmendment, getCustomerMasterData, master],
] as const)("replaces all of %s with a change at once", async (_, change, read, body) => {
  const { send } = await aSandbox();
  const customerId = idOf(cast, "changes everything at once");

  await send(change, { customerId }, { body });

  const after = await send(read, { customerId });
  expect(after.body).toEqual({ ...body, amendmentConfigurationStatus: "CHANGES_WITHOUT_VERIFICATION" });
});

test("shows a change that needs verification as pending, beside the current address", async () => {
  const { send, sandbox } = await aSandbox();
  const before = record.parse((await send(getCustomerAddressData, { customerId: 1000 })).body);

  const answer = await send(createCustomerAddressDataAmendment, { customerId: 1000 }, { body: address });

  expect(answer.body).toEqual({ id: 8_000_000_000, ...address });
  const after = await send(getCustomerAddressData, { customerId: 1000 });
  expect(after.body).toEqual({ ...before, pendingAmendment: { id: 8_000_000_000, ...address } });
  expect(sandbox.books).toMatchObject([{ amendmentId: "8000000000" }]);
});

test("answers 409 to a second change of the same data, and accepts one of other data", async () => {
  const { send, sandbox } = await aSandbox();
  await send(createCustomerAddressDataAmendment, { customerId: 1000 }, { body: address });

  const same = await send(createCustomerAddressDataAmendment, { customerId: 1000 }, { body: address });
  const other = await send(createCustomerMasterDataAmendment, { customerId: 1000 }, { body: master });

  expect(same).toMatchObject({ status: 409, body: { errorCode: "AMENDMENT_PENDING" } });
  expect(other.status).toBe(200);
  expect(sandbox.books).toHaveLength(2);
});

test("answers 400 to a change of data that may only be read, and changes nothing", async () => {
  const { send, sandbox } = await aSandbox();
  const customerId = idOf(cast, "may change nothing");
  const before = await send(getCustomerAddressData, { customerId });

  const answer = await send(createCustomerAddressDataAmendment, { customerId }, { body: address });

  expect(answer).toMatchObject({ status: 400, body: { errorCode: "CHANGE_NOT_ALLOWED" } });
  expect((await send(getCustomerAddressData, { customerId })).text).toBe(before.text);
  expect(sandbox.books).toEqual([]);
});

test("stores odd spaces and umlauts as they were sent", async () => {
  const { send } = await aSandbox();
  const customerId = idOf(cast, "changes everything at once");
  const odd = { ...address, street: "  Größe 𝔛  Straße ", city: "Zoë–Stadt" };

  await send(createCustomerAddressDataAmendment, { customerId }, { body: odd });

  expect((await send(getCustomerAddressData, { customerId })).body).toMatchObject(odd);
});

test("shows another spelling or a correction if the studio keeps data in its own way", async () => {
  const { send, sandbox } = await aSandbox({ keeps: "ITS_OWN_WAY" });
  const body = { email: "Robin.Sample@Example.com", phonePrivate: "0170/1234567" };
  const kept = { email: "robin.sample@example.com", phonePrivate: "+491701234567" };
  const corrected = { ...kept, email: "robin.sample.checked@example.com" };
  const members = Array.from({ length: 20 }, (_, place) => 1100 + place);

  for (const customerId of members) await send(createCustomerContactDataAmendment, { customerId }, { body });

  for (const { customerId, keeping } of sandbox.books) {
    const { body: shown } = await send(getCustomerContactData, { customerId: BigInt(customerId) });
    const { pendingAmendment, ...current } = record.parse(shown);
    expect(pendingAmendment ?? current).toMatchObject(keeping === "ALTERED" ? corrected : kept);
  }
  expect(new Set(sandbox.books.map(({ keeping }) => keeping))).toEqual(new Set(["RESPELLED", "ALTERED"]));
});

test("spells and corrects the same data in the same way with the same seed", async () => {
  const customerId = idOf(cast, "changes everything at once");
  const keptBy = async (seed: number) => {
    const { send } = await aSandbox({ keeps: "ITS_OWN_WAY", seed });
    const body = { ...address, street: "Große Straße", city: "Zürich" };
    return (await send(createCustomerAddressDataAmendment, { customerId }, { body })).text;
  };
  const [first, again] = [await keptBy(1), await keptBy(1)];
  expect(again).toBe(first);
  expect(first).toContain("Zu\u0308rich");
});
