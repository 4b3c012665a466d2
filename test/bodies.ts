const purchase = { additionalModuleId: 2001, paymentFrequencyId: 11, bookTrialPeriod: false };

/** A body that each operation takes, by its id. */
export const bodies: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  createContractCancelationAmendment: { contractId: 1, cancelationDate: "2027-01-31", cancelationReasonId: 2 },
  validateIdlePeriodRequest: { startDate: "2027-01-31", temporalUnit: "MONTH", termValue: 1 },
  createIdlePeriodAmendment: { startDate: "2027-01-31", temporalUnit: "MONTH", termValue: 1, reasonId: 2 },
  updateIdlePeriod: { startDate: "2027-01-31", unlimited: false, endDate: "2027-02-15", reasonId: 2 },
  idlePeriodUpdatePreview: { startDate: "2027-01-31", unlimited: false, endDate: "2027-02-15", reasonId: 2 },
  createCustomerContactDataAmendment: { email: "robin@example.com" },
  createCustomerAddressDataAmendment: { street: "Am Bahnhof", zipCode: "12133", city: "Munich", countryCode: "DE" },
  createCustomerMasterDataAmendment: {
    firstName: "Robin",
    lastName: "Sample",
    gender: "UNISEX",
    dateOfBirth: "1990-02-28",
    customerTitle: "NONE",
  },
  createCustomerPaymentDataAmendment: {
    accountHolder: "Robin Sample",
    bankName: "Sample Bank",
    iban: "DE91100000000123456789",
    bic: "DEUTDEFFXXX",
  },
  validateAdditionalModuleContractRequest: purchase,
  purchaseAdditionalModuleContract: purchase,
  createModuleContractCancelationAmendment: { cancelationDate: "2027-01-31", cancelationReasonId: 1001 },
};
