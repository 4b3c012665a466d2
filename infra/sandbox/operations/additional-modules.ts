import {
  createModuleContractCancelationAmendment,
  purchaseAdditionalModuleContract,
  validateAdditionalModuleContractRequest,
  withdrawAdditionalModuleContractCancelation,
} from "#lib/operations/additional-modules.ts";
import type { Behaviour } from "../http/call.ts";
import type { Language } from "../http/language.ts";
import { Refusal } from "../http/refusal.ts";
import { type Day, plus } from "../members/calendar.ts";
import type { BookedModule, Cancelation, Contract, Customer } from "../members/customer.ts";
import { allModules, type Module, rateOf } from "../members/modules.ts";
import type { PaymentFrequency } from "../members/rates.ts";
import { reasonName, reasons } from "../members/reasons.ts";
import { availableEnds, currentEnd, currentPrice, isOver, lastNoticeDay, trialEnd } from "../members/terms.ts";
import { accepted, afterWithdrawal } from "./cancelations.ts";

const describe = ({ id, rate, description, paymentFrequencies, trial }: Module, language: Language) => ({
  id,
  name: rate.name,
  description: description[language],
  imageUrl: `https://images.example.com/modules/${id}.png`,
  paymentFrequencies,
  termInformation: {
    term: rate.term,
    extension: rate.renewal && {
      extensionType: "TERM_EXTENSION",
      termExtension: rate.renewal,
      extensionCancelationPeriod: rate.notice,
    },
    cancelationPeriod: rate.notice,
  },
  trialPeriodConfig: trial && { term: trial, description: description[language] },
  rateCodes: [{ name: rate.name, identifier: rate.identifier }],
});

const isBooked = ({ modules }: Contract, { id }: Module, today: Day): boolean =>
  modules.some((booked) => booked.moduleId === id && !isOver(booked, today));

/** Every module of the studio. */
export const readModules: Behaviour = (_, { language }) => allModules.map((module) => describe(module, language));

/** What the contract may have besides what it has. */
export const readPurchasable: Behaviour = (studio, call) => {
  const { contract } = studio.contract(call.id("contractId"));
  const today = studio.today();
  if (isOver(contract, today)) return [];
  return allModules
    .filter((module) => module.isSoldOnline && !isBooked(contract, module, today))
    .map((module) => describe(module, call.language));
};

interface Wish {
  readonly additionalModuleId: number | bigint;
  readonly paymentFrequencyId: number | bigint;
  readonly bookTrialPeriod: boolean;
}

type Verdict =
  | { readonly status: "ADDITIONAL_MODULE_PURCHASABLE"; readonly module: Module; readonly frequency: PaymentFrequency }
  | {
      readonly status:
        | "ADDITIONAL_MODULE_CONTRACT_ALREADY_PURCHASED"
        | "ADDITIONAL_MODULE_CONTRACT_INVALID_STATUS"
        | "ADDITIONAL_MODULE_NOT_FOUND"
        | "ADDITIONAL_MODULE_NOT_ONLINE_PURCHASABLE"
        | "ADDITIONAL_MODULE_TRIAL_PERIOD_NOT_BOOKABLE";
    };

/** Whether the contract may have it. @throws Refusal of a payment frequency that the module does not have */
const verdictOn = (wish: Wish, contract: Contract, today: Day): Verdict => {
  const module = allModules.find(({ id }) => id === BigInt(wish.additionalModuleId));
  if (module === undefined) return { status: "ADDITIONAL_MODULE_NOT_FOUND" };
  if (!module.isSoldOnline) return { status: "ADDITIONAL_MODULE_NOT_ONLINE_PURCHASABLE" };
  if (isOver(contract, today)) return { status: "ADDITIONAL_MODULE_CONTRACT_INVALID_STATUS" };
  if (isBooked(contract, module, today)) return { status: "ADDITIONAL_MODULE_CONTRACT_ALREADY_PURCHASED" };
  if (wish.bookTrialPeriod && module.trial === undefined)
    return { status: "ADDITIONAL_MODULE_TRIAL_PERIOD_NOT_BOOKABLE" };
  const frequency = module.paymentFrequencies.find(({ id }) => BigInt(id) === BigInt(wish.paymentFrequencyId));
  if (frequency === undefined) throw new Refusal("FIELD_INVALID", { reference: "paymentFrequencyId" });
  return { status: "ADDITIONAL_MODULE_PURCHASABLE", module, frequency };
};

/** Says what a purchase would meet. */
export const validatePurchase: Behaviour = (studio, call) => {
  const wish = call.body(validateAdditionalModuleContractRequest.body);
  const { contract } = studio.contract(call.id("contractId"));
  return { validationStatus: verdictOn(wish, contract, studio.today()).status };
};

/** @throws Refusal */
const bookedIn = ({ modules }: Contract, id: bigint): BookedModule => {
  const booked = modules.find((each) => each.id === id);
  if (booked === undefined) throw new Refusal("MODULE_CONTRACT_UNKNOWN");
  return booked;
};

/** The days that a module can be canceled to: that of the trial period is open until the day itself. */
const available = (booked: BookedModule, today: Day): readonly Day[] => {
  const end = trialEnd(booked, today);
  return [...(end === undefined ? [] : [end]), ...availableEnds(booked, today)];
};

const isWithdrawable = ({ cancelation }: BookedModule): boolean =>
  cancelation?.origin === "CUSTOMER" && cancelation.status !== "PENDING_WITHDRAWAL_VERIFICATION";

/** Answers a booked module as it stands today. */
export const readModuleContract: Behaviour = (studio, call) => {
  const { contract } = studio.shownContract(call.id("contractId"));
  const booked = bookedIn(contract, call.id("additionalModuleContractId"));
  const today = studio.today();
  const { rate, startDate, cancelation, trial } = booked;
  const [first, ...others] = available(booked, today);
  return {
    name: rate.name,
    price: currentPrice(booked, today),
    startDate,
    endDate: currentEnd(booked, today),
    cancelationDate: cancelation?.date,
    lastPossibleCancelationDate: first && (first === trialEnd(booked, today) ? first : lastNoticeDay(first, rate)),
    cancelationReason: reasonName(cancelation?.reasonId, call.language),
    contractCancelationStatus: cancelation?.status,
    contractCancelationCanBeWithdrawn: isWithdrawable(booked),
    trialPeriod: trial,
    availableCancelationDates: first && [first, ...others],
    rateCodes: [{ name: rate.name, identifier: rate.identifier }],
  };
};

const withModules = (customer: Customer, contract: Contract, modules: readonly BookedModule[]): Customer => ({
  ...customer,
  contracts: customer.contracts.map((each) => (each === contract ? { ...contract, modules } : each)),
});

/** Books a module from today, or from the day after its trial period. */
export const buyModule: Behaviour = (studio, call) => {
  const wish = call.body(purchaseAdditionalModuleContract.body);
  const { customer, contract } = studio.contract(call.id("contractId"));
  const today = studio.today();
  const verdict = verdictOn(wish, contract, today);
  if (verdict.status !== "ADDITIONAL_MODULE_PURCHASABLE") throw new Refusal(verdict.status);
  const { module, frequency } = verdict;
  const trial = wish.bookTrialPeriod && module.trial ? { startDate: today, term: module.trial } : undefined;
  const id = studio.nextModuleContractId();
  const startDate = trial ? plus(today, trial.term) : today;
  const booked = { id, moduleId: module.id, rate: rateOf(module, frequency), startDate, trial };
  studio.carryOut(withModules(customer, contract, [...contract.modules, booked]), {
    operation: purchaseAdditionalModuleContract.id,
    contractId: String(contract.id),
    additionalModuleContractId: String(id),
  });
  return { id };
};

const withCancelation = (
  { customer, contract }: { readonly customer: Customer; readonly contract: Contract },
  booked: BookedModule,
  cancelation: Cancelation | undefined,
): Customer =>
  withModules(
    customer,
    contract,
    contract.modules.map((each) => (each === booked ? { ...booked, cancelation } : each)),
  );

/** Asks for the end of a module; the studio's configuration says whether that waits to be verified. */
export const cancelModule: Behaviour = (studio, call) => {
  const { cancelationDate, cancelationReasonId } = call.body(createModuleContractCancelationAmendment.body);
  const owned = studio.contract(call.id("contractId"));
  const booked = bookedIn(owned.contract, call.id("additionalModuleContractId"));
  const today = studio.today();
  if (isOver(booked, today)) throw new Refusal("CONTRACT_NOT_ACTIVE");
  if (booked.cancelation !== undefined) throw new Refusal("ALREADY_CANCELED");
  if (!available(booked, today).includes(cancelationDate))
    throw new Refusal("DATE_NOT_AVAILABLE", { reference: "cancelationDate" });
  const reasonId = BigInt(cancelationReasonId);
  if (!reasons.some(({ id }) => id === reasonId))
    throw new Refusal("REASON_UNKNOWN", { reference: "cancelationReasonId" });
  const status = studio.cancelations === "AT_ONCE" ? "CANCELED" : "PENDING_VERIFICATION";
  const { value: date, keeping } = studio.keeper.date(booked.id, cancelationDate);
  studio.carryOut(withCancelation(owned, booked, { status, date, reasonId, origin: "CUSTOMER" }), {
    operation: createModuleContractCancelationAmendment.id,
    contractId: String(owned.contract.id),
    additionalModuleContractId: String(booked.id),
    requestedDate: cancelationDate,
    ...(keeping !== "AS_SENT" && { keeping, movedTo: date }),
  });
  return accepted;
};

/** Takes the cancelation of a module back: at once while it is pending, else as configured. The studio's own stays. */
export const withdrawModuleCancelation: Behaviour = (studio, call) => {
  const owned = studio.contract(call.id("contractId"));
  const booked = bookedIn(owned.contract, call.id("additionalModuleContractId"));
  if (isOver(booked, studio.today())) throw new Refusal("CONTRACT_NOT_ACTIVE");
  studio.carryOut(withCancelation(owned, booked, afterWithdrawal(booked.cancelation, studio)), {
    operation: withdrawAdditionalModuleContractCancelation.id,
    contractId: String(owned.contract.id),
    additionalModuleContractId: String(booked.id),
  });
  return accepted;
};
