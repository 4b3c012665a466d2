import * as z from "zod";
import { amendable, amendment, change, changing } from "./amendable.ts";
import { countryCode, customerId, filledLine, line, orNone } from "./fields.ts";
import { readOperation, writeOperation } from "./operation.ts";

const optionalLine = orNone(line);

const addressData = {
  street: filledLine.meta({ description: "Street", example: "Am Bahnhof" }),
  houseNumber: optionalLine.meta({ description: "House number", example: "90" }),
  zipCode: filledLine.meta({ description: "Postal code", example: "12133" }),
  city: filledLine.meta({ description: "City", example: "Munich" }),
  countryCode: countryCode.meta({ description: "Country, two letters", example: "DE" }),
  province: optionalLine.meta({ description: "Province or state", example: "California" }),
  provinceCode: optionalLine.meta({ description: "Its code", example: "CA" }),
  secondStreet: optionalLine.meta({ description: "Second line of the street", example: "Rear building" }),
  cityPart: optionalLine.meta({ description: "Part of the city", example: "Tegel" }),
  district: optionalLine.meta({ description: "District", example: "District 12" }),
  streetType: optionalLine.meta({ description: "Kind of street", example: "Avenue" }),
  streetBlock: optionalLine.meta({ description: "Block", example: "5th block" }),
  portal: optionalLine.meta({ description: "Entrance", example: "Portal 1" }),
  stairway: optionalLine.meta({ description: "Stairway", example: "Right stairway" }),
  door: optionalLine.meta({ description: "Door", example: "Door 1" }),
  additionalAddressInformation: optionalLine.meta({ description: "Anything else", example: "Ring twice" }),
  floor: optionalLine.meta({ description: "Floor", example: "2nd floor" }),
  buildingName: optionalLine.meta({ description: "Building", example: "Harbour House" }),
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
