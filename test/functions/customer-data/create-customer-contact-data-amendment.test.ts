import { expect, test } from "vitest";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { serves } from "../serves.ts";

const served = serves(createCustomerContactDataAmendment, {
  load: () => import("#functions/customer-data/create-customer-contact-data-amendment.ts"),
  params: { customerId: "1000" },
  body: { email: "robin@example.com", phonePrivateMobile: "+49 170 0000000" },
  answer: '{"id":9007199254740993,"email":"robin@example.com"}',
});

test.each([
  ["nothing to change", {}, ""],
  ["an address without a domain", { email: "robin" }, "/email"],
  ["two addresses", { email: "robin@example.com, kim@example.com" }, "/email"],
  ["a phone number of letters", { phonePrivate: "call me" }, "/phonePrivate"],
  ["a phone number of three digits", { phoneBusiness: "110" }, "/phoneBusiness"],
  ["a phone number of sixteen digits", { phonePrivateMobile: "+4917000000000000" }, "/phonePrivateMobile"],
  ["a number for a phone number", { phoneBusinessMobile: 4917000000 }, "/phoneBusinessMobile"],
  ["null", { email: null }, "/email"],
])("refuses %s without calling the upstream", async (_, body, pointer) => {
  expect(await served.send({ body })).toBeProblem(400, { pointers: [pointer] });
  expect(served.upstream.requests).toEqual([]);
});

test("takes the reference's own example", async () => {
  const phones = { phonePrivate: "+49 00000000", phonePrivateMobile: "+49 00000000000" };
  expect((await served.send({ body: { email: "email@example.com", ...phones } })).status).toBe(200);
});
