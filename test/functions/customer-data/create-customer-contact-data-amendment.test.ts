import { expect, test } from "vitest";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { serves, unreadable } from "../serves.ts";

const served = serves(createCustomerContactDataAmendment, {
  load: () => import("#functions/customer-data/create-customer-contact-data-amendment.ts"),
  params: { customerId: "1000" },
  body: { email: "robin@example.com", phonePrivateMobile: "+49 170 0000000" },
  answer: '{"id":9007199254740993,"email":"robin@example.com"}',
  notJson: unreadable.write,
});

/** What the upstream gets of a body that is taken. */
const sentOn = async (body: unknown): Promise<unknown> => {
  expect(await served.send({ body })).toMatchObject({ status: 200 });
  return JSON.parse(served.upstream.requests[0]?.body ?? "");
};

test.each([
  ["nothing to change", {}, ""],
  ["an address without a domain", { email: "robin" }, "/email"],
  ["two addresses", { email: "robin@example.com, kim@example.com" }, "/email"],
  ["two @", { email: "a@b@c.de" }, "/email"],
  ["an @ that is none", { email: "a@b＠c.de" }, "/email"],
  ["a blank in an address", { email: "ro bin@example.com" }, "/email"],
  ["a narrow blank in an address", { email: "ro\u202fbin@example.com" }, "/email"],
  ["a dot before the @", { email: "robin.@example.com" }, "/email"],
  ["a dot at the beginning", { email: ".robin@example.com" }, "/email"],
  ["a dot at the end", { email: "robin@example.com." }, "/email"],
  ["two dots in a row", { email: "robin@example..com" }, "/email"],
  ["a host name alone", { email: "robin@localhost" }, "/email"],
  ["a domain of fullwidth letters", { email: "robin@ｅxample.com" }, "/email"],
  ["a domain with an escape", { email: "robin@ex%61mple.com" }, "/email"],
  ["an address with its name", { email: "Robin <robin@example.com>" }, "/email"],
  ["an address that is too long", { email: `${"a".repeat(250)}@b.de` }, "/email"],
  ["a control character", { email: "robin@example.com\u0000" }, "/email"],
  ["a phone number of letters", { phonePrivate: "call me" }, "/phonePrivate"],
  ["a dash for a phone number", { phonePrivate: "–" }, "/phonePrivate"],
  ["a number for a phone number", { phoneBusinessMobile: 4917000000 }, "/phoneBusinessMobile"],
  ["two lines", { phoneBusiness: "0651/1234\n0651/1235" }, "/phoneBusiness"],
  ["a pending change", { pendingAmendment: { id: 7, email: "kim@example.com" } }, "/pendingAmendment"],
  ["what only a read shows", { amendmentConfigurationStatus: "READ", pendingAmendment: null }, ""],
  ["what a read of other data shows", { email: "robin@example.com", requireSignature: true }, "/requireSignature"],
])("refuses %s without calling the upstream", async (_, body, pointer) => {
  expect(await served.send({ body })).toBeProblem(400, { pointers: [pointer] });
  expect(served.upstream.requests).toEqual([]);
});

test("says what an address or a phone number must look like", async () => {
  const { text } = await served.send({ body: { email: "robin", phonePrivate: "call me", phoneBusiness: "1\n2" } });
  expect(text).toContain("must be one e-mail address such as robin@example.com");
  expect(text).toContain("must be a phone number, with a digit in it");
  expect(text).toContain("must be one line, without a line break in it");
});

test.each([
  "schäfer2@example.com",
  "info@müller.example",
  "a&b@example.com",
  "a=b@example.com",
  "o'brien+gym@mail.sub.example.co.uk",
  "user@example.xn--p1ai",
  "почта@пример.рф",
  "संपर्क@डाटामेल.भारत",
  '"robin sample"@example.com',
  "x@y.de",
  "info@i❤.ws",
  "ROBIN_1@Example.COM",
])("takes the address %s as it is", async (email) => {
  expect(await sentOn({ email })).toEqual({ email });
});

test.each([
  "0651/1234 (Büro)",
  "+1 555 0100 ext. 5",
  "0651–1234",
  "110",
  "0651/1234 oder 0170/1234567",
  "+4917000000000000",
])("takes the number %s as old records hold it", async (phonePrivate) => {
  expect(await sentOn({ phonePrivate })).toEqual({ phonePrivate });
});

test.each([
  ["\ufeffrobin@example.com \r\n", "robin@example.com"],
  ["\u202arobin\u200b@example\u00ad.com\u202c", "robin@example.com"],
  ["scha\u0308fer@example.com", "schäfer@example.com"],
])("sends the address %j on without what nobody sees", async (email, sent) => {
  expect(await sentOn({ email })).toEqual({ email: sent });
});

test("sends a phone number with plain blanks", async () => {
  const phoneBusiness = "\u2066+49\u00a0651\u202f12\u200934\t5\u2069";
  expect(await sentOn({ phoneBusiness })).toEqual({ phoneBusiness: "+49 651 12 34 5" });
});

test("sends empty text and null, which delete a value", async () => {
  const body = { email: "", phonePrivate: null, phoneBusiness: "", phoneBusinessMobile: null };
  expect(await sentOn(body)).toEqual(body);
});

test("accepts the fields of a read, and sends their values only", async () => {
  const shown = { email: "robin@example.com", phonePrivate: null };
  const status = { amendmentConfigurationStatus: "CHANGES_WITHOUT_VERIFICATION", pendingAmendment: null };
  expect(await sentOn({ ...shown, ...status })).toEqual(shown);
});

test("accepts the example of the reference", async () => {
  const phones = { phonePrivate: "+49 00000000", phonePrivateMobile: "+49 00000000000" };
  expect((await served.send({ body: { email: "email@example.com", ...phones } })).status).toBe(200);
});

test("sends once under one key if bodies differ only in invisible characters", async () => {
  const headers = { "idempotency-key": '"3b1c2a52-5a1e-4c1b-9d2a-7a9d1f2e6c11"' };
  const write = (email: string) => served.send({ headers, body: { email } });
  const [first, repeat] = [await write("robin@example.com"), await write(" robin@example.com\u200b")];
  expect([first.status, repeat.status, repeat.headers["idempotent-replayed"]]).toEqual([200, 200, "true"]);
  expect(served.upstream.requests).toHaveLength(1);
});
