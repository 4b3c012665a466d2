import { expect, test } from "vitest";
import { createCustomerAddressDataAmendment } from "#lib/operations/address-data.ts";
import { serves } from "../serves.ts";

const served = serves(createCustomerAddressDataAmendment, {
  load: () => import("#functions/customer-data/create-customer-address-data-amendment.ts"),
  params: { customerId: "1000" },
  body: { street: "Am Bahnhof", zipCode: "12133", city: "Munich", countryCode: "DE", secondStreet: "" },
  answer: '{"id":7,"street":"Am Bahnhof"}',
});

const body = { street: "Am Bahnhof", zipCode: "12133", city: "Munich", countryCode: "DE", secondStreet: "" };

test.each([
  ["a country by its name", { ...body, countryCode: "Germany" }, ["/countryCode"]],
  ["a code of no country", { ...body, countryCode: "XX" }, ["/countryCode"]],
  ["a code in lower case", { ...body, countryCode: "de" }, ["/countryCode"]],
  ["a blank street", { ...body, street: "  " }, ["/street"]],
  ["a line break", { ...body, city: "Munich\nBavaria" }, ["/city"]],
  ["an endless line", { ...body, floor: "2".repeat(256) }, ["/floor"]],
  ["several faults", { street: 1, zipCode: "12133", planet: "Earth" }, ["/street", "/city", "/countryCode", "/planet"]],
])("refuses %s without calling the upstream", async (_, given, pointers) => {
  expect(await served.send({ body: given })).toBeProblem(400, { pointers });
  expect(served.upstream.requests).toEqual([]);
});
