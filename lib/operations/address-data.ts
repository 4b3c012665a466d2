import * as z from "zod/mini";
import { about } from "./about.ts";
import { amendable, amendment, change, changing } from "./amendable.ts";
import { countryCode, customerId, filledLine, line, orNone } from "./fields.ts";
import { readOperation, writeOperation } from "./operation.ts";

const optionalLine = orNone(line);

const addressData = {
  street: about(filledLine, { description: "Street", example: "Am Bahnhof" }),
  houseNumber: about(optionalLine, { description: "House number", example: "90" }),
  zipCode: about(filledLine, { description: "Postal code", example: "12133" }),
  city: about(filledLine, { description: "City", example: "Munich" }),
  countryCode: about(countryCode, { description: "Country, two letters", example: "DE" }),
  province: about(optionalLine, { description: "Province or state", example: "California" }),
  provinceCode: about(optionalLine, { description: "Its code", example: "CA" }),
  secondStreet: about(optionalLine, { description: "Second line of the street", example: "Rear building" }),
  cityPart: about(optionalLine, { description: "Part of the city", example: "Tegel" }),
  district: about(optionalLine, { description: "District", example: "District 12" }),
  streetType: about(optionalLine, { description: "Kind of street", example: "Avenue" }),
  streetBlock: about(optionalLine, { description: "Block", example: "5th block" }),
  portal: about(optionalLine, { description: "Entrance", example: "Portal 1" }),
  stairway: about(optionalLine, { description: "Stairway", example: "Right stairway" }),
  door: about(optionalLine, { description: "Door", example: "Door 1" }),
  additionalAddressInformation: about(optionalLine, { description: "Anything else", example: "Ring twice" }),
  floor: about(optionalLine, { description: "Floor", example: "2nd floor" }),
  buildingName: about(optionalLine, { description: "Building", example: "Harbour House" }),
};

/** Reads where a member lives, and whether that may be changed. */
export const getCustomerAddressData = readOperation({
  id: "getCustomerAddressData",
  summary: "Read a member's address",
  method: "GET",
  path: "/v1/customers/{customerId}/self-service/address-data",
  scope: "customer.read",
  params: z.object({ customerId }),
  answer: amendable(addressData),
});

/** Asks for another address. The body is always a whole address. */
export const createCustomerAddressDataAmendment = writeOperation({
  id: "createCustomerAddressDataAmendment",
  summary: "Change a member's address",
  method: "POST",
  path: "/v1/customers/{customerId}/self-service/address-data",
  scope: "customer.write",
  params: z.object({ customerId }),
  body: change(addressData),
  answer: amendment(addressData),
  write: changing(getCustomerAddressData),
});
