import * as z from "zod/mini";
import { about } from "./about.ts";
import { term } from "./contract-data.ts";
import { getContractData, voidResult } from "./contracts.ts";
import { type DocumentRules, largestDocument } from "./document.ts";
import { answerId, calendarDate, money, pathId } from "./fields.ts";
import { idlePeriodCreation, idlePeriodUpdate, idlePeriodWithdrawal } from "./idle-period-changes.ts";
import { idlePeriodChange, idlePeriodRequest, newIdlePeriod, temporalUnit } from "./idle-period-request.ts";
import { checkOperation, readOperation, writeOperation } from "./operation.ts";

const contractId = about(pathId, { description: "The contract" });
const idlePeriodId = about(pathId, {
  description: "`id` of the pause, or of its amendment while that waits for the studio",
});

/** A doctor's note, for example. */
const document: DocumentRules = {
  mediaTypes: ["image/jpeg", "image/png", "application/pdf", "image/heic"],
  largestBytes: largestDocument,
};

/** The paths name no customer: a member's token is checked against her contracts. */
const ofContract = { params: z.object({ contractId }), contractsOfMember: getContractData };
const ofIdlePeriod = { params: z.object({ contractId, idlePeriodId }), contractsOfMember: getContractData };

const reason = about(
  z.looseObject({
    id: about(answerId, { description: "Goes into a request as reasonId", example: 2001 }),
    name: about(z.string(), { description: "For the member to read", example: "Illness" }),
    documentRequired: about(z.nullish(z.boolean()), { description: "Whether a document must be sent along" }),
  }),
  { description: "Why a contract is paused" },
);

const feeConfig = about(
  z.looseObject({
    idlePeriodAmount: money,
    idlePeriodAmountPerTermUnit: z.nullish(money),
    defaultTemporalUnit: z.nullish(temporalUnit),
    dynamicIdlePeriodAmountPercentage: z.nullish(z.number()),
    recurringIdlePeriodCharges: z.nullish(z.boolean()),
  }),
  { description: "How the fee of a pause is calculated" },
);

/** Fields that came with later versions of the reference may be absent. */
const idlePeriod = about(
  z.looseObject({
    id: about(answerId, { description: "Of the amendment while it waits for the studio, then of the pause" }),
    startDate: calendarDate,
    endDate: about(z.nullish(calendarDate), {
      description: "Last day; its meaning for an unlimited pause is not documented",
    }),
    unlimited: z.nullish(z.boolean()),
    documentUrl: about(z.nullish(z.string()), { description: "Valid for 15 minutes" }),
    state: z.enum(["PENDING_VERIFICATION", "ACCEPTED"]),
    idlePeriodReason: z.nullish(reason),
    reason: about(z.nullish(z.string()), { description: "The reason's name; deprecated" }),
    fee: about(z.nullish(money), { description: "Deprecated" }),
    usedFreeTermsInDays: z.nullish(z.int()),
    idlePeriodFeeCalculationConfig: z.nullish(feeConfig),
    idlePeriodFee: z.nullish(
      z.looseObject({
        idlePeriodFeeCalculationType: z.nullish(z.enum(["NONE", "ABSOLUTE", "RELATIVE", "TERM_BASED"])),
        idlePeriodTotalAmount: z.nullish(money),
        idlePeriodFeeCalculationAmount: z.nullish(money),
        idlePeriodFeeCalculationTerm: z.nullish(term),
        idlePeriodFeeCalculationPercentage: z.nullish(z.number()),
      }),
    ),
  }),
  { id: "IdlePeriod", description: "A pause of a contract" },
);

/** What validate and preview say. Only CREATABLE and UPDATABLE are good: the status 200 is no verdict. */
const validationStatus = z.enum([
  "IDLEPERIOD_CREATABLE",
  "IDLEPERIOD_UPDATABLE",
  "IDLEPERIOD_DEACTIVATED_FOR_CONTRACT",
  "IDLEPERIOD_PENDING_VERIFICATION",
  "IDLEPERIOD_DATE_NOT_FIRSTDAY_OF_TEMPORALUNIT",
  "IDLEPERIOD_DEADLINE_VIOLATED",
  "IDLEPERIOD_EXPECTED_STARTDATE_MISMATCH",
  "IDLEPERIOD_MAXIMUM_YEARS_VIOLATED",
  "IDLEPERIOD_OVERLAPPING",
  "IDLEPERIOD_TEMPORALUNIT_INVALID",
  "IDLEPERIOD_MAXIMUM_TERMS_VIOLATED",
  "IDLEPERIOD_TERMVALUE_MISSING",
  "IDLEPERIOD_UNLIMITED_PARAMETER_IS_MISSING",
  "IDLEPERIOD_ENDDATE_AND_TERM_PROVIDED",
  "IDLEPERIOD_ENDDATE_BEFORE_STARTDATE",
  "IDLEPERIOD_ENDDATE_ONLY_FOR_SHORTENING",
]);

/** Reads the studio's rules for pauses of a contract. */
export const getIdlePeriodConfig = readOperation({
  ...ofContract,
  id: "getIdlePeriodConfig",
  summary: "Read how a contract can be paused",
  method: "GET",
  path: "/v1/memberships/{contractId}/self-service/idle-periods/config",
  scope: "idle-period.read",
  answer: z.looseObject({
    temporalUnit: about(temporalUnit, { description: "The only unit that a term may have" }),
    maxTerms: about(z.int(), { description: "Longest pause, in that unit" }),
    maxTermPerReferencePeriod: z.nullish(z.int()),
    referencePeriod: z.nullish(z.enum(["CALENDAR_YEAR", "CONTRACT_YEAR"])),
    firstPossibleStartDate: calendarDate,
    nextPossibleStartDateOnly: about(z.boolean(), { description: "Whether firstPossibleStartDate is the only one" }),
    idlePeriodFee: money,
    accessRefusal: about(z.boolean(), { description: "Whether the member may not enter during a pause" }),
    idlePeriodReasons: z.array(reason),
    idlePeriodCreationStatus: z.enum(["READ", "CHANGES_REQUIRE_VERIFICATION", "CHANGES_WITHOUT_VERIFICATION"]),
    contractHasExtension: about(z.boolean(), { description: "Whether a pause moves the contract's end" }),
    unlimitedAllowed: z.nullish(z.boolean()),
    freeTerms: z.nullish(term),
    dayBasedTermShorteningAllowed: about(z.nullish(z.boolean()), {
      description: "Whether an update may end a pause on any day, whatever the unit",
    }),
    idlePeriodFeeCalculationConfig: z.nullish(feeConfig),
  }),
});

/** Asks whether a pause would be accepted. It changes nothing. */
export const validateIdlePeriodRequest = checkOperation({
  ...ofContract,
  id: "validateIdlePeriodRequest",
  summary: "Check whether a contract can be paused so",
  method: "POST",
  path: "/v1/memberships/{contractId}/self-service/idle-periods/validate",
  scope: "idle-period.read",
  body: idlePeriodRequest,
  answer: z.looseObject({ validationStatus }),
});

/** Reads all pauses of a contract, with those that wait for the studio. */
export const getIdlePeriods = readOperation({
  ...ofContract,
  id: "getIdlePeriods",
  summary: "Read a contract's pauses",
  method: "GET",
  path: "/v1/memberships/{contractId}/self-service/idle-periods",
  scope: "idle-period.read",
  answer: z.looseObject({
    pastIdlePeriods: z.array(idlePeriod),
    currentAndUpcomingIdlePeriods: z.array(idlePeriod),
  }),
});

/** Reads how much a contract can still be paused. */
export const getRemainingIdlePeriods = readOperation({
  ...ofContract,
  id: "getRemainingIdlePeriods",
  summary: "Read how much a contract can still be paused",
  method: "GET",
  path: "/v1/memberships/{contractId}/self-service/idle-periods/remaining",
  scope: "idle-period.read",
  answer: z.looseObject({ remainingMaxTerms: z.nullish(term), remainingFreeTerms: z.nullish(term) }),
});

/** Reads one pause, or one that waits for the studio. */
export const getIdlePeriodById = readOperation({
  ...ofIdlePeriod,
  id: "getIdlePeriodById",
  summary: "Read one pause of a contract",
  method: "GET",
  path: "/v1/memberships/{contractId}/self-service/idle-periods/{idlePeriodId}",
  scope: "idle-period.read",
  answer: idlePeriod,
});

/** Asks for a pause. The upstream has no idempotency key. */
export const createIdlePeriodAmendment = writeOperation({
  ...ofContract,
  id: "createIdlePeriodAmendment",
  summary: "Pause a contract",
  method: "POST",
  path: "/v1/memberships/{contractId}/self-service/idle-periods",
  scope: "idle-period.write",
  body: newIdlePeriod,
  document,
  answer: idlePeriod,
  write: idlePeriodCreation(getIdlePeriods),
});

/** Asks for another length of a pause, or for another reason. */
export const updateIdlePeriod = writeOperation({
  ...ofIdlePeriod,
  id: "updateIdlePeriod",
  summary: "Change or shorten a pause",
  method: "PUT",
  path: "/v1/memberships/{contractId}/self-service/idle-periods/{idlePeriodId}",
  scope: "idle-period.write",
  body: idlePeriodChange,
  document,
  answer: idlePeriod,
  write: idlePeriodUpdate(getIdlePeriods),
});

/** Asks what an update would change, and whether it would be accepted. It changes nothing. */
export const idlePeriodUpdatePreview = checkOperation({
  ...ofIdlePeriod,
  id: "idlePeriodUpdatePreview",
  summary: "Check what a change of a pause would do",
  method: "PUT",
  path: "/v1/memberships/{contractId}/self-service/idle-periods/{idlePeriodId}/preview",
  scope: "idle-period.read",
  body: idlePeriodChange,
  answer: z.looseObject({
    previewEndDate: about(z.nullish(calendarDate), { description: "The contract's end after the change" }),
    previewCharges: z.nullish(
      z.array(
        z.looseObject({
          paidPeriodFrom: z.nullish(calendarDate),
          paidPeriodTo: z.nullish(calendarDate),
          dueDate: calendarDate,
          description: z.nullish(z.string()),
          amount: money,
          discountedAmount: z.nullish(money),
          chargeType: z.nullish(
            z.enum([
              "MEMBERSHIP_CHARGE",
              "BONUS_PERIOD_CHARGE",
              "CONTRACT_IDLE_PERIOD_CHARGE",
              "IDLE_PERIOD_CHARGE",
              "TRIAL_PERIOD_CHARGE",
              "FLAT_FEE",
            ]),
          ),
        }),
      ),
    ),
    validationStatus,
  }),
});

/** Takes a pause back, or one that waits for the studio. */
export const withdrawIdlePeriod = writeOperation({
  ...ofIdlePeriod,
  id: "withdrawIdlePeriod",
  summary: "Take a pause back",
  method: "DELETE",
  path: "/v1/memberships/{contractId}/self-service/idle-periods/{idlePeriodId}",
  scope: "idle-period.write",
  answer: voidResult,
  write: idlePeriodWithdrawal(getIdlePeriods),
});
