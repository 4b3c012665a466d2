import {
  createContractCancelationAmendment,
  createContractWithdrawalAmendment,
  withdrawContractCancelation,
} from "#lib/operations/contracts.ts";
import type { Behaviour } from "../http/call.ts";
import { Refusal } from "../http/refusal.ts";
import { days, plus } from "../members/calendar.ts";
import type { Cancelation, Contract, Customer } from "../members/customer.ts";
import { reasons } from "../members/reasons.ts";
import { availableEnds, isOver } from "../members/terms.ts";
import type { Studio } from "../studio.ts";

export const accepted = { success: "true" };

const contractOf = ({ contracts }: Customer, id: bigint): Contract => {
  const contract = contracts.find((candidate) => candidate.id === id);
  if (contract === undefined) throw new Refusal("CONTRACT_UNKNOWN");
  return contract;
};

const withCancelation = (customer: Customer, contract: Contract, cancelation: Cancelation | undefined): Customer => ({
  ...customer,
  contracts: customer.contracts.map((each) => (each === contract ? { ...contract, cancelation } : each)),
});

/** Asks for the end of a contract; the studio's configuration says whether that waits to be verified. */
export const cancelContract: Behaviour = (studio, call) => {
  const { contractId, cancelationDate, cancelationReasonId } = call.body(createContractCancelationAmendment.body);
  const customer = studio.customer(call.id("customerId"));
  const contract = contractOf(customer, BigInt(contractId));
  const today = studio.today();
  if (isOver(contract, today)) throw new Refusal("CONTRACT_NOT_ACTIVE");
  if (contract.cancelation !== undefined) throw new Refusal("ALREADY_CANCELED");
  if (!availableEnds(contract, today).includes(cancelationDate))
    throw new Refusal("DATE_NOT_AVAILABLE", { reference: "cancelationDate" });
  if (cancelationReasonId == null) throw new Refusal("FIELD_INVALID", { reference: "cancelationReasonId" });
  const reasonId = BigInt(cancelationReasonId);
  if (!reasons.some(({ id }) => id === reasonId))
    throw new Refusal("REASON_UNKNOWN", { reference: "cancelationReasonId" });
  const status = studio.cancelations === "AT_ONCE" ? "CANCELED" : "PENDING_VERIFICATION";
  const { value: date, keeping } = studio.keeper.date(contract.id, cancelationDate);
  const cancelation = { status, date, reasonId, origin: "CUSTOMER" } as const;
  studio.carryOut(withCancelation(customer, contract, cancelation), {
    operation: createContractCancelationAmendment.id,
    contractId: String(contract.id),
    requestedDate: cancelationDate,
    ...(keeping !== "AS_SENT" && { keeping, movedTo: date }),
  });
  return accepted;
};

/** What is left of a cancelation that the member takes back: nothing, or a withdrawal for the studio to verify. */
export const afterWithdrawal = (
  cancelation: Cancelation | undefined,
  { cancelations }: Studio,
): Cancelation | undefined => {
  if (cancelation?.origin !== "CUSTOMER" || cancelation.status === "PENDING_WITHDRAWAL_VERIFICATION")
    throw new Refusal("NOTHING_TO_WITHDRAW");
  const isVerified = cancelation.status === "CANCELED" && cancelations === "VERIFIED_BY_STUDIO";
  return isVerified ? { ...cancelation, status: "PENDING_WITHDRAWAL_VERIFICATION" } : undefined;
};

/** Takes a member's cancelation back: at once while it is pending, else as configured. The studio's own stays. */
export const withdrawCancelation: Behaviour = (studio, call) => {
  const contractId = call.id("contractId");
  const customer = studio.customer(call.id("customerId"));
  const contract = contractOf(customer, contractId);
  if (isOver(contract, studio.today())) throw new Refusal("CONTRACT_NOT_ACTIVE");
  const cancelation = afterWithdrawal(contract.cancelation, studio);
  studio.carryOut(withCancelation(customer, contract, cancelation), {
    operation: withdrawContractCancelation.id,
    contractId: String(contractId),
  });
  return accepted;
};

const periodOfWithdrawal = days(14);

/** Withdraws from a contract that was made online, within 14 days; the configuration says whether that waits. */
export const withdrawContract: Behaviour = (studio, call) => {
  const customer = studio.customer(call.id("customerId"));
  const contract = contractOf(customer, call.id("contractId"));
  const today = studio.today();
  if (contract.reversedOn !== undefined || contract.isWithdrawing) throw new Refusal("ALREADY_WITHDRAWN");
  const isLate = today > plus(contract.createdDate, periodOfWithdrawal);
  if (contract.origin !== "CONNECT_API" || isLate) throw new Refusal("WITHDRAWAL_NOT_POSSIBLE");
  const withdrawn =
    studio.cancelations === "AT_ONCE" ? { ...contract, reversedOn: today } : { ...contract, isWithdrawing: true };
  const contracts = customer.contracts.map((each) => (each === contract ? withdrawn : each));
  studio.carryOut(
    { ...customer, contracts },
    { operation: createContractWithdrawalAmendment.id, contractId: String(contract.id) },
  );
  return accepted;
};
