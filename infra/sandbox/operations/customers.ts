import { customersQuery } from "#lib/operations/customers.ts";
import type { Behaviour } from "../http/call.ts";
import { Refusal } from "../http/refusal.ts";
import type { Customer } from "../members/customer.ts";
import type { Studio } from "../studio.ts";

const defaultSlice = 100;

const describe = ({ id, status, data }: Customer, { id: studioId }: Studio) => ({
  id,
  customerNumber: `1-${id}`,
  status,
  studioId,
  preferredLanguage:
    id % 3n === 0n ? { languageCode: "en", countryCode: "GB" } : { languageCode: "de", countryCode: "DE" },
  firstName: data.master.values["firstName"],
  lastName: data.master.values["lastName"],
  dateOfBirth: data.master.values["dateOfBirth"],
  gender: data.master.values["gender"],
  email: data.contact.values["email"],
});

const placeOf = (offset: string): number => {
  if (!/^\d{1,15}$/.test(offset)) throw new Refusal("FIELD_INVALID", { reference: "offset" });
  return Number(offset);
};

/** Returns a slice of the customers. The offset is the place of the next one in the list. */
export const listCustomers: Behaviour = (studio, call) => {
  const { customerStatus = "MEMBER", sliceSize = defaultSlice, offset = "0" } = call.query(customersQuery);
  const customers = studio.slice(customerStatus, placeOf(offset), sliceSize);
  const next = placeOf(offset) + customers.length;
  return {
    result: customers.map((each) => describe(each, studio)),
    offset: String(next),
    hasNext: next < studio.count(customerStatus),
  };
};

/** Answers a customer of any studio of the tenant, with the studio that she belongs to. */
export const readCustomer: Behaviour = (studio, call) => {
  const id = call.id("customerId");
  const home = studio.tenant().find((each) => each.has(id));
  if (!home) throw new Refusal("CUSTOMER_UNKNOWN");
  return describe(home.customer(id), home);
};
