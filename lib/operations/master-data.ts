import * as z from "zod/mini";
import { about } from "./about.ts";
import { amendable, amendment, change, changing } from "./amendable.ts";
import { birthCountryCode, birthDate, customerId, filledLine } from "./fields.ts";
import { readOperation, writeOperation } from "./operation.ts";

const masterData = {
  firstName: about(filledLine, { description: "Given name", example: "Robin" }),
  lastName: about(filledLine, { description: "Family name", example: "Sample" }),
  gender: about(z.enum(["MALE", "FEMALE", "UNISEX"]), { description: "Gender", example: "UNISEX" }),
  dateOfBirth: about(birthDate, { description: "Date of birth", example: "1990-02-28" }),
  countryOfBirth: about(z.nullish(birthCountryCode).check(z.overwrite((code) => code || undefined)), {
    description: "Country of birth, two letters",
    example: "DE",
  }),
  customerTitle: about(z.enum(["NONE", "DR", "PROF"]), { description: "Academic title", example: "NONE" }),
};

/** Reads who a member is, and whether that may be changed. */
export const getCustomerMasterData = readOperation({
  id: "getCustomerMasterData",
  summary: "Read a member's name, date of birth and title",
  method: "GET",
  path: "/v1/customers/{customerId}/self-service/master-data",
  scope: "customer.read",
  params: z.object({ customerId }),
  answer: amendable(masterData),
});

/** Asks for other master data. The body is always the whole set. */
export const createCustomerMasterDataAmendment = writeOperation({
  id: "createCustomerMasterDataAmendment",
  summary: "Change a member's name, date of birth and title",
  method: "POST",
  path: "/v1/customers/{customerId}/self-service/master-data",
  scope: "customer.write",
  params: z.object({ customerId }),
  body: change(masterData),
  answer: amendment(masterData),
  write: changing(getCustomerMasterData),
});
