import * as z from "zod";
import { answerId, calendarDate, money, periodUnit } from "./fields.ts";

export const term = z
  .looseObject({ value: z.int().meta({ example: 12 }), unit: periodUnit })
  .meta({ description: "A span of time" });

const monthDay = z
  .looseObject({
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
    monthValue: z.int().meta({ description: "1 for January to 12 for December", example: 1 }),
    dayOfMonth: z.int().meta({ description: "1 to 31", example: 15 }),
  })
  .meta({ description: "A day that comes once a year" });

export const paymentFrequency = z
  .looseObject({
    id: answerId.nullish(),
    type: z.enum(["FREE", "NON_RECURRING", "RECURRING", "MONTH_DAY", "TERM_BASED"]),
    term: term.nullish(),
    price: money.nullish().meta({ description: "Only with type RECURRING" }),
    monthDaysToPrices: z
      .array(z.looseObject({ monthDay, price: money }))
      .nullish()
      .meta({ description: "Only with type MONTH_DAY" }),
    termsToPrices: z
      .array(z.looseObject({ term, price: money }))
      .nullish()
      .meta({ description: "Only with type TERM_BASED; a price starts after its term has passed" }),
  })
  .meta({ description: "How often the member pays" });

export const rateCodes = z.array(z.looseObject({ name: z.string().nullish(), identifier: z.string().nullish() }));

/** A contract in the upstream's form. `cancelationStatus` is absent or null until somebody cancels. */
export const contractData = z
  .looseObject({
    id: answerId.meta({ description: "The contract", example: 1000 }),
    startDate: calendarDate.meta({ description: "First day", example: "2025-01-15" }),
    endDate: calendarDate.meta({ description: "Last day of the current term", example: "2027-01-14" }),
    rateName: z.string().meta({ description: "What the studio calls the tariff", example: "Premium" }),
    contractStatus: z.enum(["ACTIVE", "INACTIVE"]),
    cancelationPeriod: z
      .looseObject({ periodValue: z.int().meta({ example: 1 }), periodUnit })
      .nullish()
      .meta({ description: "Notice to be given before the end of a term" }),
    cancelationStatus: z
      .enum(["CANCELED", "PENDING_VERIFICATION", "PENDING_WITHDRAWAL_VERIFICATION"])
      .nullish()
      .meta({ description: "Absent or null: not canceled" }),
    cancelationDate: calendarDate.nullish().meta({ description: "Date the contract is canceled to" }),
    cancelationReason: z.string().nullish().meta({ description: "Name of the reason given", example: "Moving away" }),
    price: z.number().meta({ description: "In units of the contract's currency", example: 19.9 }),
    priceDetails: z.looseObject({ basePrice: money, currentPrice: money, paymentFrequency }),
    lastPossibleCancelationDate: calendarDate
      .nullish()
      .meta({ description: "Last day on which the contract can be canceled to the end of its current term" }),
    availableCancelationDates: z
      .array(calendarDate)
      .nullish()
      .meta({ description: "Dates the contract can be canceled to" }),
    cancelationOrigin: z.enum(["CUSTOMER", "STUDIO"]).nullish(),
    rateCodes: rateCodes.nullish(),
  })
  .meta({ id: "ContractData", description: "A member's contract" });
