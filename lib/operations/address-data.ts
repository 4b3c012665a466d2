import * as z from "zod";
import { amendable, amendment, changing } from "./amendable.ts";
import { countryCode, customerId, filledLine, line } from "./fields.ts";
import { operation } from "./operation.ts";

const addressData = {
  street: filledLine.meta({ description: "Street", example: "Am Bahnhof" }),
  houseNumber: line.optional().meta({ description: "House number", example: "90" }),
  zipCode: filledLine.meta({ description: "Postal code", example: "12133" }),
  city: filledLine.meta({ description: "City", example: "Munich" }),
  countryCode: countryCode.meta({ description: "Country, ISO 3166-1 alpha-2", example: "DE" }),
  province: line.optional().meta({ description: "Province or state", example: "California" }),
  provinceCode: line.optional().meta({ description: "Its code", example: "CA" }),
  secondStreet: line.optional().meta({ description: "Second line of the street", example: "Rear building" }),
  cityPart: line.optional().meta({ description: "Part of the city", example: "Tegel" }),
  district: line.optional().meta({ description: "District", example: "District 12" }),
  streetType: line.optional().meta({ description: "Kind of street", example: "Avenue" }),
  streetBlock: line.optional().meta({ description: "Block", example: "5th block" }),
  portal: line.optional().meta({ description: "Entrance", example: "Portal 1" }),
  stairway: line.optional().meta({ description: "Stairway", example: "Right stairway" }),
  door: line.optional().meta({ description: "Door", example: "Door 1" }),
  additionalAddressInformation: line.optional().meta({ description: "Anything else", example: "Ring twice" }),
  floor: line.optional().meta({ description: "Floor", example: "2nd floor" }),
  buildingName: line.optional().meta({ description: "Building", example: "Harbour House" }),
};

/** Reads where a member lives, and whether that may be changed. */
export const getCustomerAddressData = operation({
  id: "getCustomerAddressData",
  summary: "Read a member's address",
  method: "GET",
  path: "/v1/customers/{customerId}/self-service/address-data",
  scope: "customer.read",
  params: z.object({ customerId }),
  answer: amendable(addressData),
});

/** Asks for another address, always a whole one. */
export const createCustomerAddressDataAmendment = operation({
  id: "createCustomerAddressDataAmendment",
  summary: "Change a member's address",
  method: "POST",
  path: "/v1/customers/{customerId}/self-service/address-data",
  scope: "customer.write",
  params: z.object({ customerId }),
  body: z.strictObject(addressData),
  answer: amendment(addressData),
  write: changing(getCustomerAddressData),
});
