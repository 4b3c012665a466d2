import {
  createModuleContractCancelationAmendment,
  getAdditionalModuleContract,
  getAdditionalModules,
  getPurchasableAdditionalModules,
  purchaseAdditionalModuleContract,
  validateAdditionalModuleContractRequest,
  withdrawAdditionalModuleContractCancelation,
} from "#lib/operations/additional-modules.ts";
import { withdrawAmendment } from "#lib/operations/amendments.ts";
import {
  createContractCancelationAmendment,
  createContractWithdrawalAmendment,
  getContractCancelationReasonData,
  getContractData,
  withdrawContractCancelation,
} from "#lib/operations/contracts.ts";
import { getCrossStudioCustomerById, getCustomers, getCustomersContracts } from "#lib/operations/customers.ts";
import type { Behaviour } from "../http/call.ts";
import { reasons } from "../members/reasons.ts";
import {
  buyModule,
  cancelModule,
  readModuleContract,
  readModules,
  readPurchasable,
  validatePurchase,
  withdrawModuleCancelation,
} from "./additional-modules.ts";
import { amendableData, withdrawChange } from "./amendable-data.ts";
import { cancelContract, withdrawCancelation, withdrawContract } from "./cancelations.ts";
import { readContracts } from "./contract-data.ts";
import { listCustomers, readCustomer } from "./customers.ts";
import { readCustomersContracts } from "./customers-contracts.ts";
import { idlePeriods } from "./idle-periods.ts";

const readReasons: Behaviour = (_, { language }) =>
  reasons.map(({ id, name }) => ({ cancelationReasonId: id, cancelationReasonName: name[language] }));

/** What the studio does, by operation. */
export const behaviours: Readonly<Record<string, Behaviour>> = {
  ...amendableData,
  ...idlePeriods,
  [withdrawAmendment.id]: withdrawChange,
  [getContractData.id]: readContracts,
  [createContractCancelationAmendment.id]: cancelContract,
  [getContractCancelationReasonData.id]: readReasons,
  [withdrawContractCancelation.id]: withdrawCancelation,
  [createContractWithdrawalAmendment.id]: withdrawContract,
  [getAdditionalModules.id]: readModules,
  [getPurchasableAdditionalModules.id]: readPurchasable,
  [validateAdditionalModuleContractRequest.id]: validatePurchase,
  [purchaseAdditionalModuleContract.id]: buyModule,
  [getAdditionalModuleContract.id]: readModuleContract,
  [createModuleContractCancelationAmendment.id]: cancelModule,
  [withdrawAdditionalModuleContractCancelation.id]: withdrawModuleCancelation,
  [getCustomersContracts.id]: readCustomersContracts,
  [getCustomers.id]: listCustomers,
  [getCrossStudioCustomerById.id]: readCustomer,
};
