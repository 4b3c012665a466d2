import * as z from "zod";
import { answerId, bodyId, calendarDate, customerId, money, pathId, periodUnit } from "./fields.ts";
import { operation } from "./operation.ts";

const term = z
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

const paymentFrequency = z
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

/** A contract as the upstream tells it. `cancelationStatus` is absent or null while nobody has canceled. */
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
    rateCodes: z.array(z.looseObject({ name: z.string().nullish(), identifier: z.string().nullish() })).nullish(),
  })
  .meta({ id: "ContractData", description: "A member's contract" });

const voidResult = z
  .looseObject({ success: z.string().nullish() })
  .meta({ description: "The upstream accepted the request" });

/** Reads all contracts of a member, with the dates they can be canceled to. */
export const getContractData = operation({
  id: "getContractData",
  summary: "Read a member's contracts and when they can be canceled",
  method: "GET",
  path: "/v1/memberships/{customerId}/self-service/contract-data",
  scope: "membership.read",
  params: z.object({ customerId }),
  answer: z.array(contractData),
});

/** Asks the studio to end a contract on a date. The upstream has no idempotency key: a repeat would ask twice. */
export const createContractCancelationAmendment = operation({
  id: "createContractCancelationAmendment",
  summary: "Cancel a contract to one of its available dates",
  method: "POST",
  path: "/v1/memberships/{customerId}/self-service/ordinary-contract-cancelation",
  scope: "membership.write",
  params: z.object({ customerId }),
  body: z.strictObject({
    contractId: bodyId.meta({ description: "The contract to cancel", example: 1000 }),
    cancelationDate: calendarDate.meta({ description: "Date to cancel to, one of availableCancelationDates" }),
    cancelationReasonId: bodyId.meta({ description: "One of the studio's reasons", example: 1001 }),
  }),
  answer: voidResult,
});

/** Reads the reasons a studio offers for a cancelation. The same for every member. */
export const getContractCancelationReasonData = operation({
  id: "getContractCancelationReasonData",
  summary: "Read the studio's reasons for a cancelation",
  method: "GET",
  path: "/v1/memberships/self-service/contract-cancelation-reasons",
  scope: "membership.read",
  params: z.object({}),
  answer: z.array(
    z.looseObject({
      cancelationReasonId: answerId.meta({ description: "Goes into a cancelation", example: 1001 }),
      cancelationReasonName: z.string().meta({ description: "For the member to read", example: "Moving away" }),
    }),
  ),
});

/** Takes an earlier cancelation back. The upstream may have the studio verify that first. */
export const withdrawContractCancelation = operation({
  id: "withdrawContractCancelation",
  summary: "Take back the cancelation of a contract",
  method: "POST",
  path: "/v1/memberships/{customerId}/self-service/withdraw-ordinary-contract-cancelation/{contractId}",
  scope: "membership.write",
  params: z.object({ customerId, contractId: pathId.meta({ description: "The canceled contract" }) }),
  answer: voidResult,
});
