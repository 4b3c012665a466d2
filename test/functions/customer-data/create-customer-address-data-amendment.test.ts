import { expect, test } from "vitest";
import { createCustomerAddressDataAmendment } from "#lib/operations/address-data.ts";
import { serves, unreadable } from "../serves.ts";

const served = serves(createCustomerAddressDataAmendment, {
  load: () => import("#functions/customer-data/create-customer-address-data-amendment.ts"),
  params: { customerId: "1000" },
  body: { street: "Am Bahnhof", zipCode: "12133", city: "Munich", countryCode: "DE", secondStreet: "" },
  answer: '{"id":7,"street":"Am Bahnhof"}',
  notJson: unreadable.write,
});

const body = { street: "Am Bahnhof", zipCode: "12133", city: "Munich", countryCode: "DE", secondStreet: "" };

test.each([
  ["a country by its name", { ...body, countryCode: "Germany" }, ["/countryCode"]],
  ["a code of no country", { ...body, countryCode: "XX" }, ["/countryCode"]],
  ["a code of no place to live in", { ...body, countryCode: "EU" }, ["/countryCode"]],
  ["a country that is gone", { ...body, countryCode: "SU" }, ["/countryCode"]],
  ["look-alike letters", { ...body, countryCode: "DЕ" }, ["/countryCode"]],
  ["a blank street", { ...body, street: "  " }, ["/street"]],
  ["a line break", { ...body, city: "Munich\nBavaria" }, ["/city"]],
  ["a line break of another kind", { ...body, city: "Munich\u2028Bavaria" }, ["/city"]],
  ["a control character", { ...body, city: "Munich\u0000" }, ["/city"]],
  ["half a character", { ...body, city: "\ud83d" }, ["/city"]],
  ["an endless line", { ...body, floor: "2".repeat(4001) }, ["/floor"]],
  ["a street that nobody sees", { ...body, street: "\u00a0\u200b\u3164\u2800" }, ["/street"]],
  ["null where something must be", { ...body, zipCode: null }, ["/zipCode"]],
  ["several faults", { street: 1, zipCode: "12133", planet: "Earth" }, ["/street", "/city", "/countryCode", "/planet"]],
])("refuses %s without calling the upstream", async (_, given, pointers) => {
  expect(await served.send({ body: given })).toBeProblem(400, { pointers });
  expect(served.upstream.requests).toEqual([]);
});

test("says what is wrong with look-alike letters in a country code", async () => {
  const { text } = await served.send({ body: { ...body, countryCode: "DЕ" } });
  expect(text).toContain("letters of other alphabets may look the same");
});

test.each([
  ["a letter and a dash", { houseNumber: "12a-c" }],
  ["no house number", { houseNumber: "" }],
  ["a house without a street", { street: "-" }],
  ["a postal code of letters", { zipCode: "SW1A 1AA", countryCode: "GB" }],
  ["a dash where there are no postal codes", { zipCode: "-", countryCode: "HK" }],
  ["Kosovo", { countryCode: "XK" }],
  ["the Canary Islands", { countryCode: "IC" }],
  ["a line longer than most", { additionalAddressInformation: "Ring twice. ".repeat(300).trim() }],
])("takes %s", async (_, change) => {
  expect((await served.send({ body: { ...body, ...change } })).status).toBe(200);
  expect(JSON.parse(served.upstream.requests[0]?.body ?? "")).toEqual({ ...body, ...change });
});

test("sends the visible values, and leaves null out", async () => {
  const pasted = { street: "\ufeffAm\u00a0Bahn\u00adhof\r\n", city: "Mu\u0308nchen\u200e", countryCode: "d e" };
  const none = { houseNumber: null, province: null, floor: null, amendmentConfigurationStatus: "READ" };
  expect((await served.send({ body: { ...body, ...pasted, ...none } })).status).toBe(200);
  const shown = { street: "Am Bahnhof", city: "München", countryCode: "DE" };
  expect(JSON.parse(served.upstream.requests[0]?.body ?? "")).toEqual({ ...body, ...shown });
});
