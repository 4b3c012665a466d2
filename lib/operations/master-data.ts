import * as z from "zod";
import { amendable, amendment, change, changing } from "./amendable.ts";
import { birthCountryCode, birthDate, customerId, filledLine } from "./fields.ts";
import { readOperation, writeOperation } from "./operation.ts";

const masterData = {
  firstName: filledLine.meta({ description: "Given name", example: "Robin" }),
  lastName: filledLine.meta({ description: "Family name", example: "Sample" }),
  gender: z.enum(["MALE", "FEMALE", "UNISEX"]).meta({ description: "Gender", example: "UNISEX" }),
  dateOfBirth: birthDate.meta({ description: "Date of birth", example: "1990-02-28" }),
  countryOfBirth: birthCountryCode
    .nullish()
    .overwrite((code) => code || undefined)
    .meta({ description: "Country of birth, two letters", example: "DE" }),
  customerTitle: z.enum(["NONE", "DR", "PROF"]).meta({ description: "Academic title", example: "NONE" }),
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
