import { expect, test } from "vitest";
import { createCustomerMasterDataAmendment } from "#lib/operations/master-data.ts";
import { setClock } from "../../given.ts";
import { serves, unreadable } from "../serves.ts";

const served = serves(createCustomerMasterDataAmendment, {
  load: () => import("#functions/customer-data/create-customer-master-data-amendment.ts"),
  params: { customerId: "1000" },
  body: { firstName: "Robin", lastName: "Sample", gender: "UNISEX", dateOfBirth: "1992-02-29", customerTitle: "NONE" },
  answer: '{"id":7,"firstName":"Robin"}',
  notJson: unreadable.write,
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
  ["a union of countries", { ...body, countryOfBirth: "EU" }, "/countryOfBirth"],
  ["a country where nobody is born", { ...body, countryOfBirth: "CP" }, "/countryOfBirth"],
  ["no name", { ...body, lastName: "" }, "/lastName"],
  ["a name of null", { ...body, lastName: null }, "/lastName"],
  ["a name that nobody sees", { ...body, firstName: "\u2007\ufeff\u3164" }, "/firstName"],
  ["a date with a time", { ...body, dateOfBirth: "1990-02-28T00:00:00Z" }, "/dateOfBirth"],
])("refuses %s without calling the upstream", async (_, given, pointer) => {
  expect(await served.send({ body: given })).toBeProblem(400, { pointers: [pointer] });
  expect(served.upstream.requests).toEqual([]);
});

const sentOn = async (change: object): Promise<unknown> => {
  expect((await served.send({ body: { ...body, ...change } })).status).toBe(200);
  return JSON.parse(served.upstream.requests[0]?.body ?? "");
};

test.each([
  { firstName: "O’Brien" },
  { firstName: "X", lastName: "Æ A-12" },
  { lastName: "-" },
  { firstName: "علی\u200cرضا" },
  { firstName: "ശ്രീരാമന്\u200d" },
  { firstName: "शर्\u200dमा" },
  { lastName: "葛\u{e0100}城" },
  { firstName: "Zoë", lastName: "Łuczak" },
  { countryOfBirth: "XK" },
  { countryOfBirth: "SU" },
  { countryOfBirth: "YU" },
  { countryOfBirth: "UK" },
])("sends %j on as it is", async (change) => {
  expect(await sentOn(change)).toEqual({ ...body, ...change });
});

test.each([
  [{ firstName: "Jean\u00a0Pierre\u202f" }, { firstName: "Jean Pierre" }],
  [{ firstName: "\u200fשרה\u200f" }, { firstName: "שרה" }],
  [{ firstName: "Ro\u200dbin\u200c" }, { firstName: "Robin" }],
  [{ lastName: "Mu\u0308ller\t" }, { lastName: "Müller" }],
  [{ dateOfBirth: "\u200e1990-02-28 " }, { dateOfBirth: "1990-02-28" }],
  [{ countryOfBirth: "de\u00a0" }, { countryOfBirth: "DE" }],
  [{ countryOfBirth: null }, {}],
  [{ countryOfBirth: "" }, {}],
])("takes %j and sends on what shows", async (change, shown) => {
  expect(await sentOn(change)).toEqual({ ...body, ...shown });
});

test("accepts a birth on the latest day on Earth, and refuses a later one", async () => {
  setClock(Date.UTC(2027, 2, 10, 10, 30));
  expect((await served.send({ body: { ...body, dateOfBirth: "2027-03-11" } })).status).toBe(200);
  const answer = await served.send({ body: { ...body, dateOfBirth: "2027-03-12" } });
  expect(answer).toBeProblem(400, { pointers: ["/dateOfBirth"] });
  expect(answer.text).toContain("must not be after today");
});
