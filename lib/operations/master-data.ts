import * as z from "zod";
import { amendable, amendment, changing } from "./amendable.ts";
import { calendarDate, countryCode, customerId, filledLine } from "./fields.ts";
import { operation } from "./operation.ts";

const masterData = {
  firstName: filledLine.meta({ description: "Given name", example: "Robin" }),
  lastName: filledLine.meta({ description: "Family name", example: "Sample" }),
  gender: z.enum(["MALE", "FEMALE", "UNISEX"]).meta({ description: "Gender", example: "UNISEX" }),
  dateOfBirth: calendarDate.meta({ description: "Date of birth", example: "1990-02-28" }),
  countryOfBirth: countryCode.optional().meta({ description: "Country of birth, ISO 3166-1 alpha-2", example: "DE" }),
  customerTitle: z.enum(["NONE", "DR", "PROF"]).meta({ description: "Academic title", example: "NONE" }),
};

/** Reads who a member is, and whether that may be changed. */
export const getCustomerMasterData = operation({
  id: "getCustomerMasterData",
  summary: "Read a member's name, date of birth and title",
  method: "GET",
  path: "/v1/customers/{customerId}/self-service/master-data",
  scope: "customer.read",
  params: z.object({ customerId }),
  answer: amendable(masterData),
});

/** Asks for other master data, always the whole set. */
export const createCustomerMasterDataAmendment = operation({
  id: "createCustomerMasterDataAmendment",
  summary: "Change a member's name, date of birth and title",
  method: "POST",
  path: "/v1/customers/{customerId}/self-service/master-data",
  scope: "customer.write",
  params: z.object({ customerId }),
  body: z.strictObject(masterData),
  answer: amendment(masterData),
  write: changing(getCustomerMasterData),
});
