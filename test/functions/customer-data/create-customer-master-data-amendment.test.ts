import { expect, test } from "vitest";
import { createCustomerMasterDataAmendment } from "#lib/operations/master-data.ts";
import { serves } from "../serves.ts";

const served = serves(createCustomerMasterDataAmendment, {
  load: () => import("#functions/customer-data/create-customer-master-data-amendment.ts"),
  params: { customerId: "1000" },
  body: { firstName: "Robin", lastName: "Sample", gender: "UNISEX", dateOfBirth: "1992-02-29", customerTitle: "NONE" },
  answer: '{"id":7,"firstName":"Robin"}',
});

const body = {
  firstName: "Robin",
  lastName: "Sample",
  gender: "UNISEX",
  dateOfBirth: "1992-02-29",
  customerTitle: "NONE",
};

test.each([
  ["a day that never was", { ...body, dateOfBirth: "1990-02-29" }, "/dateOfBirth"],
  ["a gender the upstream does not know", { ...body, gender: "male" }, "/gender"],
  ["a title the upstream does not know", { ...body, customerTitle: "LORD" }, "/customerTitle"],
  ["a country that is none", { ...body, countryOfBirth: "DDR" }, "/countryOfBirth"],
  ["no name", { ...body, lastName: "" }, "/lastName"],
])("refuses %s without calling the upstream", async (_, given, pointer) => {
  expect(await served.send({ body: given })).toBeProblem(400, { pointers: [pointer] });
  expect(served.upstream.requests).toEqual([]);
});
