import * as z from "zod/mini";
import { about } from "./about.ts";
import { paymentFrequency, rateCodes, term } from "./contract-data.ts";
import { getContractData, voidResult } from "./contracts.ts";
import { getCustomersContracts } from "./customers.ts";
import { answerId, bodyId, calendarDate, money, pathId, wantedDate } from "./fields.ts";
import { moduleCancelation, moduleWithdrawal, purchaseOf } from "./module-changes.ts";
import { checkOperation, readOperation, writeOperation } from "./operation.ts";

const contractId = about(pathId, { description: "The contract that the module belongs to" });

const moduleParams = z.object({
  contractId,
  additionalModuleContractId: about(pathId, { description: "The booked module: `id` of its purchase" }),
});

/** A module as the studio sells it. */
const additionalModule = about(
  z.looseObject({
    id: about(answerId, { description: "Goes into a purchase", example: 2001 }),
    name: about(z.string(), { description: "What the studio calls it", example: "Sauna" }),
    description: z.nullish(z.string()),
    imageUrl: z.string(),
    paymentFrequencies: about(z.array(paymentFrequency), {
      description: "One of them goes into a purchase, by its id",
    }),
    termInformation: z.looseObject({
      term,
      extension: z.nullish(
        z.looseObject({
          extensionType: about(z.enum(["TERM_EXTENSION", "NEW"]), {
            description: "TERM_EXTENSION: it is prolonged; NEW: a new one follows",
          }),
          termExtension: z.nullish(term),
          extensionCancelationPeriod: z.nullish(term),
        }),
      ),
      cancelationPeriod: z.nullish(term),
    }),
    trialPeriodConfig: about(z.nullish(z.looseObject({ term, description: z.nullish(z.string()) })), {
      description: "Absent or null: there is no trial period",
    }),
    rateCodes: z.nullish(rateCodes),
  }),
  { id: "AdditionalModule", description: "An add-on to a contract" },
);

/** Reads every module of the studio. The same for every member. */
export const getAdditionalModules = readOperation({
  id: "getAdditionalModules",
  summary: "Read all add-on modules of the studio",
  method: "GET",
  path: "/v1/memberships/self-service/additional-modules",
  scope: "additional-module.read",
  params: z.object({}),
  answer: z.array(additionalModule),
});

/** Reads the modules that a contract may have now. */
export const getPurchasableAdditionalModules = readOperation({
  id: "getPurchasableAdditionalModules",
  summary: "Read the add-on modules that can be bought for a contract now",
  method: "GET",
  path: "/v1/memberships/{contractId}/self-service/additional-modules/purchasable",
  scope: "additional-module.read",
  params: z.object({ contractId }),
  contractsOfMember: getContractData,
  answer: z.array(additionalModule),
});

const purchase = z.strictObject({
  additionalModuleId: about(bodyId, { description: "The module to buy", example: 2001 }),
  paymentFrequencyId: about(bodyId, { description: "One of the module's payment frequencies", example: 11 }),
  bookTrialPeriod: about(z.boolean(), { description: "true only if the module has a trial period" }),
});

/** Asks whether a purchase would be accepted, and changes nothing. Any status of 200 but one says no. */
export const validateAdditionalModuleContractRequest = checkOperation({
  id: "validateAdditionalModuleContractRequest",
  summary: "Check whether an add-on module can be bought, without buying it",
  method: "POST",
  path: "/v1/memberships/{contractId}/self-service/additional-modules/validate",
  scope: "additional-module.read",
  params: z.object({ contractId }),
  contractsOfMember: getContractData,
  body: purchase,
  answer: z.looseObject({
    validationStatus: about(
      z.enum([
        "ADDITIONAL_MODULE_PURCHASABLE",
        "ADDITIONAL_MODULE_CONTRACT_ALREADY_PURCHASED",
        "ADDITIONAL_MODULE_CONTRACT_INVALID_STATUS",
        "ADDITIONAL_MODULE_NOT_FOUND",
        "ADDITIONAL_MODULE_NOT_ONLINE_PURCHASABLE",
        "ADDITIONAL_MODULE_TRIAL_PERIOD_NOT_BOOKABLE",
      ]),
      { description: "Only ADDITIONAL_MODULE_PURCHASABLE allows the purchase" },
    ),
  }),
});

/**
 * Buys a module. That costs the member money, no operation takes it back, and the upstream has no idempotency key. Its
 * path names no customer, so only a member's token tells whose booked modules could show it.
 */
export const purchaseAdditionalModuleContract = writeOperation({
  id: "purchaseAdditionalModuleContract",
  summary: "Buy an add-on module for a contract",
  method: "POST",
  path: "/v1/memberships/{contractId}/self-service/additional-modules/purchase",
  scope: "additional-module.write",
  params: z.object({ contractId }),
  contractsOfMember: getContractData,
  body: purchase,
  answer: z.looseObject({
    id: about(z.nullish(answerId), {
      description: "additionalModuleContractId: it reads and cancels the booked module",
    }),
  }),
  write: purchaseOf({ contracts: getCustomersContracts, modules: getAdditionalModules }),
});

/** Reads a booked module. The answer has neither its id nor that of the module. */
export const getAdditionalModuleContract = readOperation({
  id: "getAdditionalModuleContract",
  summary: "Read a booked add-on module and when it can be canceled",
  method: "GET",
  path: "/v1/memberships/{contractId}/self-service/additional-module-contracts/{additionalModuleContractId}",
  scope: "additional-module.read",
  params: moduleParams,
  contractsOfMember: getContractData,
  answer: about(
    z.looseObject({
      name: about(z.string(), { example: "Sauna" }),
      price: money,
      startDate: calendarDate,
      endDate: z.nullish(calendarDate),
      cancelationDate: about(z.nullish(calendarDate), { description: "Date the module is canceled to" }),
      lastPossibleCancelationDate: about(z.nullish(calendarDate), {
        description: "Last day on which the module can be canceled to the end of its current term",
      }),
      cancelationReason: z.nullish(z.string()),
      contractCancelationStatus: about(
        z.nullish(z.enum(["CANCELED", "PENDING_VERIFICATION", "PENDING_WITHDRAWAL_VERIFICATION"])),
        { description: "Absent or null: not canceled" },
      ),
      contractCancelationCanBeWithdrawn: z.boolean(),
      trialPeriod: z.nullish(
        z.looseObject({ term: z.nullish(term), startDate: z.nullish(calendarDate), endDate: z.nullish(calendarDate) }),
      ),
      availableCancelationDates: about(z.nullish(z.array(calendarDate)), {
        description: "Dates the module can be canceled to",
      }),
      rateCodes: z.nullish(rateCodes),
    }),
    { id: "AdditionalModuleContract", description: "An add-on that a member has booked" },
  ),
});

/** Asks the studio to end a booked module on a date. */
export const createModuleContractCancelationAmendment = writeOperation({
  id: "createModuleContractCancelationAmendment",
  summary: "Cancel a booked add-on module to one of its available dates",
  method: "POST",
  path: "/v1/memberships/{contractId}/self-service/additional-module-contracts/{additionalModuleContractId}/ordinary-cancelation",
  scope: "additional-module.write",
  params: moduleParams,
  contractsOfMember: getContractData,
  body: z.strictObject({
    cancelationDate: about(wantedDate, { description: "Date to cancel to, one of availableCancelationDates" }),
    cancelationReasonId: about(bodyId, { description: "One of the studio's reasons for a cancelation", example: 1001 }),
  }),
  answer: voidResult,
  write: moduleCancelation(getAdditionalModuleContract),
});

/** Takes the cancelation of a booked module back. The upstream may have the studio verify that first. */
export const withdrawAdditionalModuleContractCancelation = writeOperation({
  id: "withdrawAdditionalModuleContractCancelation",
  summary: "Take back the cancelation of a booked add-on module",
  method: "POST",
  path: "/v1/memberships/{contractId}/self-service/additional-module-contracts/{additionalModuleContractId}/withdraw-cancelation",
  scope: "additional-module.write",
  params: moduleParams,
  contractsOfMember: getContractData,
  answer: voidResult,
  write: moduleWithdrawal(getAdditionalModuleContract),
});
