import * as z from "zod/mini";
import { about } from "./about.ts";
import { answerId, calendarDate, money, periodUnit } from "./fields.ts";

export const term = about(z.looseObject({ value: about(z.int(), { example: 12 }), unit: periodUnit }), {
  description: "A span of time",
});

const monthDay = about(
  z.looseObject({
    month: z.enum([
      "JANUARY",
      "FEBRUARY",
      "MARCH",
      "APRIL",
      "MAY",
      "JUNE",
      "JULY",
      "AUGUST",
      "SEPTEMBER",
      "OCTOBER",
      "NOVEMBER",
      "DECEMBER",
    ]),
    monthValue: about(z.int(), { description: "1 for January to 12 for December", example: 1 }),
    dayOfMonth: about(z.int(), { description: "1 to 31", example: 15 }),
  }),
  { description: "A day that comes once a year" },
);

export const paymentFrequency = about(
  z.looseObject({
    id: z.nullish(answerId),
    type: z.enum(["FREE", "NON_RECURRING", "RECURRING", "MONTH_DAY", "TERM_BASED"]),
    term: z.nullish(term),
    price: about(z.nullish(money), { description: "Only with type RECURRING" }),
    monthDaysToPrices: about(z.nullish(z.array(z.looseObject({ monthDay, price: money }))), {
      description: "Only with type MONTH_DAY",
    }),
    termsToPrices: about(z.nullish(z.array(z.looseObject({ term, price: money }))), {
      description: "Only with type TERM_BASED; a price starts after its term has passed",
    }),
  }),
  { description: "How often the member pays" },
);

export const rateCodes = z.array(z.looseObject({ name: z.nullish(z.string()), identifier: z.nullish(z.string()) }));

/** A contract in the upstream's form. `cancelationStatus` is absent or null until somebody cancels. */
export const contractData = about(
  z.looseObject({
    id: about(answerId, { description: "The contract", example: 1000 }),
    startDate: about(calendarDate, { description: "First day", example: "2025-01-15" }),
    endDate: about(calendarDate, { description: "Last day of the current term", example: "2027-01-14" }),
    rateName: about(z.string(), { description: "What the studio calls the tariff", example: "Premium" }),
    contractStatus: z.enum(["ACTIVE", "INACTIVE"]),
    cancelationPeriod: about(z.nullish(z.looseObject({ periodValue: about(z.int(), { example: 1 }), periodUnit })), {
      description: "Notice to be given before the end of a term",
    }),
    cancelationStatus: about(
      z.nullish(z.enum(["CANCELED", "PENDING_VERIFICATION", "PENDING_WITHDRAWAL_VERIFICATION"])),
      { description: "Absent or null: not canceled" },
    ),
    cancelationDate: about(z.nullish(calendarDate), { description: "Date the contract is canceled to" }),
    cancelationReason: about(z.nullish(z.string()), {
      description: "Name of the reason given",
      example: "Moving away",
    }),
    price: about(z.number(), { description: "In units of the contract's currency", example: 19.9 }),
    priceDetails: z.looseObject({ basePrice: money, currentPrice: money, paymentFrequency }),
    lastPossibleCancelationDate: about(z.nullish(calendarDate), {
      description: "Last day on which the contract can be canceled to the end of its current term",
    }),
    availableCancelationDates: about(z.nullish(z.array(calendarDate)), {
      description: "Dates the contract can be canceled to",
    }),
    cancelationOrigin: z.nullish(z.enum(["CUSTOMER", "STUDIO"])),
    rateCodes: z.nullish(rateCodes),
  }),
  { id: "ContractData", description: "A member's contract" },
);
