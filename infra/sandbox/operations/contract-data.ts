import type { Behaviour } from "../http/call.ts";
import type { Language } from "../http/language.ts";
import type { Day } from "../members/calendar.ts";
import type { Contract } from "../members/customer.ts";
import { reasonName } from "../members/reasons.ts";
import { availableEnds, currentEnd, currentPrice, lastNoticeDay } from "../members/terms.ts";

const cancelationFields = ({ cancelation }: Contract, language: Language) =>
  cancelation && {
    cancelationStatus: cancelation.status,
    cancelationDate: cancelation.date,
    cancelationReason: reasonName(cancelation.reasonId, language),
    cancelationOrigin: cancelation.origin,
  };

const describe = (contract: Contract, today: Day, language: Language) => {
  const { rate } = contract;
  const endDate = currentEnd(contract, today);
  const isActive = endDate >= today;
  const price = currentPrice(contract, isActive ? today : endDate);
  const available = availableEnds(contract, today);
  const [firstAvailable] = available;
  return {
    id: contract.id,
    startDate: contract.startDate,
    endDate,
    rateName: rate.name,
    contractStatus: isActive ? "ACTIVE" : "INACTIVE",
    cancelationPeriod: rate.notice && { periodValue: rate.notice.value, periodUnit: rate.notice.unit },
    ...cancelationFields(contract, language),
    price: price.amount,
    priceDetails: { basePrice: rate.basePrice, currentPrice: price, paymentFrequency: rate.paymentFrequency },
    lastPossibleCancelationDate: firstAvailable && lastNoticeDay(firstAvailable, rate),
    availableCancelationDates: firstAvailable && available,
    rateCodes: [{ name: rate.name, identifier: rate.identifier }],
  };
};

/** Returns a member's contracts as of today. */
export const readContracts: Behaviour = (studio, call) => {
  const today = studio.today();
  return studio.customer(call.id("customerId")).contracts.map((contract) => describe(contract, today, call.language));
};
