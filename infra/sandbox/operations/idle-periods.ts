import * as z from "zod";
import { idlePeriodChange, idlePeriodRequest, newIdlePeriod } from "#lib/operations/idle-period-request.ts";
import {
  createIdlePeriodAmendment,
  getIdlePeriodById,
  getIdlePeriodConfig,
  getIdlePeriods,
  getRemainingIdlePeriods,
  idlePeriodUpdatePreview,
  updateIdlePeriod,
  validateIdlePeriodRequest,
  withdrawIdlePeriod,
} from "#lib/operations/idle-periods.ts";
import type { Behaviour, Call } from "../http/call.ts";
import type { Language } from "../http/language.ts";
import { type ErrorCode, Refusal } from "../http/refusal.ts";
import { type Day, days, plus } from "../members/calendar.ts";
import type { Contract, Customer } from "../members/customer.ts";
import {
  daysIn,
  endOf,
  feePerTerm,
  isWaiting,
  type Pause,
  type PauseRequest,
  pauseReasons,
  takenTerms,
  termsOf,
} from "../members/pauses.ts";
import { euros } from "../members/rates.ts";
import { currentEnd, currentPrice, isOver } from "../members/terms.ts";
import type { Studio } from "../studio.ts";
import { firstStart, type Verdict, verdictOf } from "./pause-verdicts.ts";

/** The request's fields without the rules of how they go together: the studio has a status of its own for each. */
const asked = z.object(idlePeriodRequest.shape);
const wantedNew = z.object(newIdlePeriod.shape);
const wantedChange = z.object(idlePeriodChange.shape);

const creationStatus = ({ pauseRules: { creation } }: Contract, studio: Studio) => {
  if (creation === "READ" || creation === "NEVER") return "READ";
  const isAtOnce = creation === "AT_ONCE" || studio.cancelations === "AT_ONCE";
  return isAtOnce ? "CHANGES_WITHOUT_VERIFICATION" : "CHANGES_REQUIRE_VERIFICATION";
};

const reasonOf = (id: bigint, language: Language) =>
  pauseReasons.filter((each) => each.id === id).map(({ name, ...reason }) => ({ ...reason, name: name[language] }))[0];

const feeConfig = {
  idlePeriodAmount: feePerTerm,
  idlePeriodAmountPerTermUnit: feePerTerm,
  recurringIdlePeriodCharges: false,
};

const feeOf = (contract: Contract, pause: Pause) =>
  euros(pause.unlimited ? feePerTerm.amount : feePerTerm.amount * termsOf(pause, contract.pauseRules.unit));

const describe = (contract: Contract, pause: Pause, language: Language) => {
  const reason = reasonOf(pause.reasonId, language);
  const fee = feeOf(contract, pause);
  return {
    id: pause.id,
    startDate: pause.startDate,
    endDate: pause.endDate,
    unlimited: pause.unlimited,
    ...(pause.hasDocument && { documentUrl: `https://documents.example.com/${pause.id}` }),
    state: pause.state,
    idlePeriodReason: reason,
    reason: reason?.name,
    fee,
    usedFreeTermsInDays: Math.min(daysIn(pause), contract.pauseRules.freeTerms * 30),
    idlePeriodFeeCalculationConfig: feeConfig,
    idlePeriodFee: { idlePeriodFeeCalculationType: "TERM_BASED", idlePeriodTotalAmount: fee },
  };
};

const readConfig: Behaviour = (studio, call) => {
  const { contract } = studio.shownContract(call.id("contractId"));
  const { pauseRules: rules } = contract;
  return {
    temporalUnit: rules.unit,
    maxTerms: rules.maxTerms,
    maxTermPerReferencePeriod: rules.maxTermsPerYear,
    referencePeriod: rules.year,
    firstPossibleStartDate: firstStart(contract, studio.today()),
    nextPossibleStartDateOnly: rules.nextStartOnly,
    idlePeriodFee: feePerTerm,
    accessRefusal: true,
    idlePeriodReasons: pauseReasons.map(({ id }) => reasonOf(id, call.language)),
    idlePeriodCreationStatus: creationStatus(contract, studio),
    contractHasExtension: rules.movesEnd,
    unlimitedAllowed: rules.isUnlimitedAllowed,
    freeTerms: { value: rules.freeTerms, unit: rules.unit },
    dayBasedTermShorteningAllowed: rules.shortensToDay,
    idlePeriodFeeCalculationConfig: feeConfig,
  };
};

const readList: Behaviour = (studio, call) => {
  const { contract } = studio.shownContract(call.id("contractId"));
  const today = studio.today();
  const described = (isPast: boolean) =>
    contract.pauses
      .filter(({ endDate }) => endDate < today === isPast)
      .map((pause) => describe(contract, pause, call.language));
  return { pastIdlePeriods: described(true), currentAndUpcomingIdlePeriods: described(false) };
};

const pauseOf = ({ pauses }: Contract, call: Call): Pause => {
  const id = call.id("idlePeriodId");
  const pause = pauses.find((each) => each.id === id);
  if (pause === undefined) throw new Refusal("IDLE_PERIOD_UNKNOWN");
  return pause;
};

const readOne: Behaviour = (studio, call) => {
  const { contract } = studio.shownContract(call.id("contractId"));
  return describe(contract, pauseOf(contract, call), call.language);
};

const readRemaining: Behaviour = (studio, call) => {
  const { contract } = studio.shownContract(call.id("contractId"));
  const { unit, maxTermsPerYear, freeTerms } = contract.pauseRules;
  const taken = takenTerms(contract, contract.pauseRules, studio.today());
  return {
    remainingMaxTerms: { value: Math.max(0, maxTermsPerYear - taken), unit },
    remainingFreeTerms: { value: Math.max(0, freeTerms - taken), unit },
  };
};

const validate: Behaviour = (studio, call) => {
  const request = call.body(asked);
  const { contract } = studio.contract(call.id("contractId"));
  return { validationStatus: `IDLEPERIOD_${verdictOf({ ...request, contract, today: studio.today() })}` };
};

/** The statuses of a refused write and its errorCode are not documented. */
const codes: Partial<Record<Verdict, ErrorCode>> = {
  PENDING_VERIFICATION: "IDLE_PERIOD_PENDING",
  OVERLAPPING: "IDLE_PERIOD_OVERLAPPING",
};

const refuseUnlessAllowed = (
  { contract, studio, changed }: { contract: Contract; studio: Studio; changed?: Pause },
  request: PauseRequest & { readonly reasonId: number | bigint },
  hasDocument: boolean,
): void => {
  const today = studio.today();
  if (isOver(contract, today)) throw new Refusal("CONTRACT_NOT_ACTIVE");
  const reason = pauseReasons.find(({ id }) => id === BigInt(request.reasonId));
  if (!reason) throw new Refusal("REASON_UNKNOWN", { reference: "reasonId" });
  const verdict = verdictOf({ ...request, contract, today, changed });
  if (verdict !== "CREATABLE" && verdict !== "UPDATABLE") throw new Refusal(codes[verdict] ?? "IDLE_PERIOD_REFUSED");
  if (creationStatus(contract, studio) === "READ") throw new Refusal("CHANGE_NOT_ALLOWED");
  if (reason.documentRequired && !hasDocument) throw new Refusal("DOCUMENT_MISSING", { reference: "document" });
};

const withPauses = (customer: Customer, contract: Contract, pauses: readonly Pause[]): Customer => ({
  ...customer,
  contracts: customer.contracts.map((each) => (each === contract ? { ...contract, pauses } : each)),
});

/** What the studio makes of a request: a pause, or an amendment that waits and has an id of its own. */
const pauseFrom = (
  request: PauseRequest & { readonly reasonId: number | bigint },
  made: Pick<Pause, "id" | "state" | "hasDocument">,
): Pause => ({
  ...made,
  startDate: request.startDate,
  endDate: endOf(request),
  unlimited: request.unlimited ?? false,
  reasonId: BigInt(request.reasonId),
});

const create: Behaviour = (studio, call) => {
  const request = call.body(wantedNew);
  const { customer, contract } = studio.contract(call.id("contractId"));
  const hasDocument = call.document() !== undefined;
  refuseUnlessAllowed({ contract, studio }, request, hasDocument);
  const waits = creationStatus(contract, studio) === "CHANGES_REQUIRE_VERIFICATION";
  const made = waits
    ? ({ id: studio.nextAmendmentId(), state: "PENDING_VERIFICATION" } as const)
    : ({ id: studio.nextIdlePeriodId(), state: "ACCEPTED" } as const);
  const pause = pauseFrom(request, { ...made, hasDocument });
  studio.carryOut(withPauses(customer, contract, [...contract.pauses, pause]), {
    operation: createIdlePeriodAmendment.id,
    contractId: String(contract.id),
    idlePeriodId: String(pause.id),
  });
  return describe(contract, pause, call.language);
};

const update: Behaviour = (studio, call) => {
  const request = call.body(wantedChange);
  const { customer, contract } = studio.contract(call.id("contractId"));
  const changed = pauseOf(contract, call);
  const hasDocument = changed.hasDocument || call.document() !== undefined;
  refuseUnlessAllowed({ contract, studio, changed }, request, hasDocument);
  const waits = creationStatus(contract, studio) === "CHANGES_REQUIRE_VERIFICATION";
  const pause: Pause = waits
    ? {
        ...pauseFrom(request, { id: studio.nextAmendmentId(), state: "PENDING_VERIFICATION", hasDocument }),
        replaces: changed.id,
      }
    : pauseFrom(request, { id: changed.id, state: "ACCEPTED", hasDocument });
  const others = waits ? contract.pauses : contract.pauses.filter((each) => each !== changed);
  studio.carryOut(withPauses(customer, contract, [...others, pause]), {
    operation: updateIdlePeriod.id,
    contractId: String(contract.id),
    idlePeriodId: String(changed.id),
  });
  return describe(contract, pause, call.language);
};

/** What the member pays from the pause on, as long as the pause lasts and a month after. */
const chargesOf = (contract: Contract, pause: Pause, today: Day) => [
  {
    paidPeriodFrom: pause.startDate,
    paidPeriodTo: pause.endDate,
    dueDate: pause.startDate,
    description: "Pause",
    amount: feeOf(contract, pause),
    chargeType: "IDLE_PERIOD_CHARGE",
  },
  {
    paidPeriodFrom: plus(pause.endDate, days(1)),
    dueDate: plus(pause.endDate, days(1)),
    description: contract.rate.name,
    amount: currentPrice(contract, today),
    chargeType: "MEMBERSHIP_CHARGE",
  },
];

const preview: Behaviour = (studio, call) => {
  const request = call.body(wantedChange);
  const { contract } = studio.contract(call.id("contractId"));
  const changed = pauseOf(contract, call);
  const today = studio.today();
  const verdict = verdictOf({ ...request, contract, today, changed });
  const validationStatus = `IDLEPERIOD_${verdict}`;
  if (verdict !== "UPDATABLE") return { validationStatus };
  const pause = pauseFrom(request, changed);
  const after = { ...contract, pauses: contract.pauses.map((each) => (each === changed ? pause : each)) };
  return {
    previewEndDate: currentEnd(after, today),
    previewCharges: chargesOf(contract, pause, today),
    validationStatus,
  };
};

/** Takes back what has not ended: a pause, or an amendment that waits. */
const withdraw: Behaviour = (studio, call) => {
  const { customer, contract } = studio.contract(call.id("contractId"));
  const pause = pauseOf(contract, call);
  if (!isWaiting(pause) && pause.endDate < studio.today()) throw new Refusal("IDLE_PERIOD_OVER");
  const left = contract.pauses.filter((each) => each !== pause && each.replaces !== pause.id);
  studio.carryOut(withPauses(customer, contract, left), {
    operation: withdrawIdlePeriod.id,
    contractId: String(contract.id),
    idlePeriodId: String(pause.id),
  });
  return { success: "true" };
};

/** Reads, checks and writes of pauses, by operation. */
export const idlePeriods: Readonly<Record<string, Behaviour>> = {
  [getIdlePeriodConfig.id]: readConfig,
  [validateIdlePeriodRequest.id]: validate,
  [getIdlePeriods.id]: readList,
  [getIdlePeriodById.id]: readOne,
  [getRemainingIdlePeriods.id]: readRemaining,
  [createIdlePeriodAmendment.id]: create,
  [updateIdlePeriod.id]: update,
  [idlePeriodUpdatePreview.id]: preview,
  [withdrawIdlePeriod.id]: withdraw,
};
