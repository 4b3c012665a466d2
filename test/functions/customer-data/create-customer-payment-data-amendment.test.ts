import { expect, test } from "vitest";
import { createCustomerPaymentDataAmendment } from "#lib/operations/payment-data.ts";
import { serves, unreadable } from "../serves.ts";

const served = serves(createCustomerPaymentDataAmendment, {
  load: () => import("#functions/customer-data/create-customer-payment-data-amendment.ts"),
  params: { customerId: "1000" },
  body: { accountHolder: "Robin Sample", bankName: "Sample Bank", iban: "DE91100000000123456789", bic: "DEUTDEFF" },
  answer: '{"id":7,"requireSignature":true}',
  notJson: unreadable.write,
});

const body = {
  accountHolder: "Robin Sample",
  bankName: "Sample Bank",
  iban: "DE91 1000 0000 0123 4567 89",
  bic: "DEUTDEFFXXX",
};

const base64 = (text: string | Buffer): string => Buffer.from(text).toString("base64");
const svg = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M 1 2"/></svg>';

/** What the upstream gets of a body that is taken. */
const sentOn = async (change: object): Promise<Record<string, unknown>> => {
  expect(await served.send({ body: { ...body, ...change } })).toMatchObject({ status: 200 });
  return JSON.parse(served.upstream.requests[0]?.body ?? "");
};

test.each([
  "DE91 1000 0000 0123 4567 89",
  "DE91\u00a01000\u202f0000\u20090123 4567 89\ufeff",
  "de91-1000-0000-0123-4567-89",
  "\u202aDE91\u20111000\u201300000123456789\u202c",
  "IBAN: DE91 1000 0000\n0123 4567 89",
])("sends the IBAN %j on in its electronic format", async (iban) => {
  expect(await sentOn({ iban })).toMatchObject({ iban: "DE91100000000123456789" });
});

test.each([
  ["Kosovo", "XK051212012345678906"],
  ["letters in the account number", "MT84MALT011000012345MTLCAST001S"],
  ["a bank whose own check digits are its own matter", "ES2921000418460200051332"],
])("takes an IBAN of %s", async (_, iban) => {
  expect(await sentOn({ iban })).toMatchObject({ iban });
});

test.each([
  ["deutdeffxxx", "DEUTDEFFXXX"],
  ["DEUT DE FF", "DEUTDEFF"],
  ["BIC: deutdeff\u200b", "DEUTDEFF"],
  ["NLPRXKPR", "NLPRXKPR"],
  ["e097aexx", "E097AEXX"],
])("sends the BIC %j on as %s", async (bic, sent) => {
  expect(await sentOn({ bic })).toMatchObject({ bic: sent });
});

test.each([
  ["base64", base64(svg)],
  ["a data URL", `data:image/svg+xml;base64,${base64(svg)}`],
  ["a data URL with a charset", `data:image/svg+xml;charset=utf-8;base64,${base64(svg)}`],
  ["a data URL with a charset in quotes", `data:image/svg+xml;charset="utf-8";base64,${base64(svg)}`],
  ["a data URL in percent-encoding", `data:image/svg+xml,${encodeURIComponent(svg)}`],
  ["a data URL in plain text", `data:image/svg+xml;utf8,${svg}`],
  ["base64 in lines", base64(svg).replace(/.{60}/g, "$&\r\n")],
  ["base64 without padding", base64(svg).replace(/=+$/, "")],
])("takes a signature as %s and sends on plain base64", async (_, base64SvgSignature) => {
  const sent = await sentOn({ signature: { base64SvgSignature } });
  expect(sent).toEqual({ ...body, iban: "DE91100000000123456789", signature: { base64SvgSignature: base64(svg) } });
});

test.each([
  ["nothing drawn", "<svg/>"],
  ["a prologue", `<?xml version="1.0"?>\n<!-- a > b -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "u">${svg}\n`],
  ["a prefix", '<s:svg xmlns:s="http://www.w3.org/2000/svg"></s:svg>'],
])("takes a signature with %s", async (_, text) => {
  const signature = { base64SvgSignature: base64(text) };
  expect(await sentOn({ signature })).toMatchObject({ signature });
});

test("accepts a long signature, and refuses a body beyond 2 MiB", async () => {
  const drawn = (bytes: number) => ({ signature: { base64SvgSignature: base64(svg.padEnd(bytes)) } });
  expect(await sentOn(drawn(1_200_000))).toMatchObject(drawn(1_200_000));
  expect(await served.send({ body: { ...body, ...drawn(1_600_000) } })).toBeProblem(413, { code: "body-too-large" });
});

test("accepts the fields of a read, and sends only those that can be changed", async () => {
  const shown = { amendmentConfigurationStatus: "CHANGES_REQUIRE_VERIFICATION", requireSignature: false };
  const sent = await sentOn({ ...shown, pendingAmendment: null, signature: null });
  expect(sent).toEqual({ ...body, iban: "DE91100000000123456789" });
});

test.each([
  ["DE92100000000123456789", "its check digits do not fit"],
  ["DE9110000000012345678", "of 22 characters"],
  ["DE9110000000012345678O", "a letter is in it where its country has a digit"],
  ["XX91100000000123456789", "begins with a country"],
  ["DЕ91100000000123456789", "letters of other alphabets may look the same"],
])("says what is wrong with the IBAN %s", async (iban, words) => {
  expect((await served.send({ body: { ...body, iban } })).text).toContain(words);
});

test.each([
  ["an IBAN with wrong check digits", { ...body, iban: "DE92100000000123456789" }, "/iban"],
  ["an IBAN that is too short", { ...body, iban: "DE9110000000012345678" }, "/iban"],
  ["an IBAN of no country", { ...body, iban: "XX91100000000123456789" }, "/iban"],
  ["a BIC that is too long", { ...body, bic: "DEUTDEFFXXXX" }, "/bic"],
  ["a BIC of no country", { ...body, bic: "DEUTXYFF" }, "/bic"],
  ["a BIC of digits alone", { ...body, bic: "12345678" }, "/bic"],
  ["a Cyrillic letter in an IBAN", { ...body, iban: "DЕ91100000000123456789" }, "/iban"],
  ["fullwidth digits in an IBAN", { ...body, iban: "DE9110000000012345678９" }, "/iban"],
  ["a long s in an IBAN", { ...body, iban: "GB82WE\u017fT12345698765432" }, "/iban"],
  ["a Kelvin sign in a BIC", { ...body, bic: "DEUTD\u212aFF" }, "/bic"],
  ["a Greek letter in a BIC", { ...body, bic: "DΕUTDEFF" }, "/bic"],
  [
    "a signature that is no base64",
    { ...body, signature: { base64SvgSignature: "%%%" } },
    "/signature/base64SvgSignature",
  ],
  ["an empty signature", { ...body, signature: { base64SvgSignature: "" } }, "/signature/base64SvgSignature"],
  ["a signature with more in it", { ...body, signature: { base64SvgSignature: "PHN2Zy8+", by: "x" } }, "/signature/by"],
  ["no bank", { ...body, bankName: undefined }, "/bankName"],
])("refuses %s without calling the upstream", async (_, given, pointer) => {
  expect(await served.send({ body: given })).toBeProblem(400, { pointers: [pointer] });
  expect(served.upstream.requests).toEqual([]);
});

test.each([
  ["an image of another kind", "iVBORw0KGgo="],
  ["a data URL of another kind", "data:image/png;base64,iVBORw0KGgo="],
  ["a data URL of another document", `data:image/svg+xml,${encodeURIComponent("<html></html>")}`],
  ["a data URL with a broken escape", "data:image/svg+xml,%3Csvg%2"],
  ["an SVG that is not base64", svg],
  ["base64 of another document", base64("<html><svg></svg></html>")],
  ["base64 of some text", base64("Robin Sample")],
  ["half a signature", base64(svg.slice(0, 40))],
  ["base64 that breaks off", "PHN2Zy8+A"],
  ["a comment without an end", base64("<!-- <svg/>")],
])("refuses %s for a signature", async (_, base64SvgSignature) => {
  const answer = await served.send({ body: { ...body, signature: { base64SvgSignature } } });
  expect(answer).toBeProblem(400, { pointers: ["/signature/base64SvgSignature"] });
  expect(answer.text).toContain("must be an SVG document in base64");
  expect(served.upstream.requests).toEqual([]);
});

test("does not repeat the account in a refusal", async () => {
  const { text } = await served.send({ body: { ...body, iban: "DE92100000000123456789" } });
  expect(text).not.toContain("1000000001234567");
});
