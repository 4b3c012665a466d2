import {
  createModuleContractCancelationAmendment,
  getAdditionalModuleContract,
  getAdditionalModules,
  getPurchasableAdditionalModules,
  purchaseAdditionalModuleContract,
  validateAdditionalModuleContractRequest,
  withdrawAdditionalModuleContractCancelation,
} from "./additional-modules.ts";
import { createCustomerAddressDataAmendment, getCustomerAddressData } from "./address-data.ts";
import { withdrawAmendment } from "./amendments.ts";
import { createCustomerContactDataAmendment, getCustomerContactData } from "./contact-data.ts";
import {
  createContractCancelationAmendment,
  createContractWithdrawalAmendment,
  getContractCancelationReasonData,
  getContractData,
  withdrawContractCancelation,
} from "./contracts.ts";
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
} from "./idle-periods.ts";
import { createCustomerMasterDataAmendment, getCustomerMasterData } from "./master-data.ts";
import type { Operation } from "./operation.ts";
import { createCustomerPaymentDataAmendment, getCustomerPaymentData } from "./payment-data.ts";

/** Every operation that partner apps may call, by resource: the folder of its Lambda and the file of its routes. */
export const catalog = {
  contracts: [
    getContractData,
    createContractCancelationAmendment,
    getContractCancelationReasonData,
    withdrawContractCancelation,
    createContractWithdrawalAmendment,
  ],
  "idle-periods": [
    getIdlePeriodConfig,
    validateIdlePeriodRequest,
    getIdlePeriods,
    getIdlePeriodById,
    getRemainingIdlePeriods,
    createIdlePeriodAmendment,
    updateIdlePeriod,
    idlePeriodUpdatePreview,
    withdrawIdlePeriod,
  ],
  "additional-modules": [
    getAdditionalModules,
    getPurchasableAdditionalModules,
    validateAdditionalModuleContractRequest,
    purchaseAdditionalModuleContract,
    getAdditionalModuleContract,
    createModuleContractCancelationAmendment,
    withdrawAdditionalModuleContractCancelation,
  ],
  "customer-data": [
    getCustomerContactData,
    createCustomerContactDataAmendment,
    getCustomerAddressData,
    createCustomerAddressDataAmendment,
    getCustomerMasterData,
    createCustomerMasterDataAmendment,
    getCustomerPaymentData,
    createCustomerPaymentDataAmendment,
    withdrawAmendment,
  ],
} satisfies Record<string, readonly Operation[]>;
