import { customersQuery } from "#lib/operations/customers.ts";
import type { Behaviour } from "../http/call.ts";
import { Refusal } from "../http/refusal.ts";
import type { Customer } from "../members/customer.ts";

const studioId = 7_000_000_001n;
const defaultSlice = 100;

const describe = ({ id, status, data }: Customer) => ({
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
  return { result: customers.map(describe), offset: String(next), hasNext: next < studio.count(customerStatus) };
};

/** The home studio is the same for all: a sandbox is one studio. */
export const readCustomer: Behaviour = (studio, call) => describe(studio.customer(call.id("customerId")));
