import type { Behaviour } from "../http/call.ts";
import type { Day } from "../members/calendar.ts";
import type { Agreement, Contract } from "../members/customer.ts";
import { availableEnds, currentEnd, currentPrice, lastNoticeDay } from "../members/terms.ts";

/** Two l in this operation. A cancelation that waits does not show here. */
const describe = (agreement: Agreement, today: Day) => {
  const { id, rate, startDate, cancelation } = agreement;
  const endDate = currentEnd(agreement, today);
  const isCanceled = cancelation !== undefined && cancelation.status !== "PENDING_VERIFICATION";
  const price = currentPrice(agreement, endDate >= today ? today : endDate);
  return {
    id,
    rateName: rate.name,
    startDate,
    endDate,
    price: price.amount,
    priceDetails: { basePrice: rate.basePrice, currentPrice: price, paymentFrequency: rate.paymentFrequency },
    cancelled: isCanceled,
    cancellationDate: isCanceled ? cancelation.date : undefined,
    contractStatus: endDate >= today ? "ACTIVE" : "INACTIVE",
    rateCodes: [{ name: rate.name, identifier: rate.identifier }],
  };
};

const describeContract = (contract: Contract, today: Day) => {
  const { rate, createdDate, origin, modules, reversedOn } = contract;
  const [first] = availableEnds(contract, today);
  return {
    ...describe(contract, today),
    createdDate,
    contractOrigin: origin,
    reversed: reversedOn !== undefined,
    reversalReason: reversedOn && "STATUTORY_WITHDRAWAL",
    reversalDateTime: reversedOn && `${reversedOn}T12:00:00Z`,
    cancellationPeriod: rate.notice && { periodValue: rate.notice.value, periodUnit: rate.notice.unit },
    lastPossibleCancellationDate: first && lastNoticeDay(first, rate),
    moduleContracts: modules.map((module) => ({
      ...describe(module, today),
      paymentFrequency: module.rate.paymentFrequency.type,
    })),
  };
};

/** Answers a member's contracts with their modules. */
export const readCustomersContracts: Behaviour = (studio, call) => {
  const today = studio.today();
  return studio.shownCustomer(call.id("customerId")).contracts.map((contract) => describeContract(contract, today));
};
