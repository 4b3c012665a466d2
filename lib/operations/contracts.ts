import * as z from "zod/mini";
import { about } from "./about.ts";
import { cancelation, withdrawal } from "./contract-changes.ts";
import { contractData } from "./contract-data.ts";
import { getCustomersContracts } from "./customers.ts";
import { answerId, bodyId, customerId, orNone, pathId, wantedDate } from "./fields.ts";
import { readOperation, writeOperation } from "./operation.ts";
import { statutoryWithdrawal } from "./statutory-withdrawal.ts";

export const voidResult = about(z.looseObject({ success: z.nullish(z.string()) }), {
  description: "The upstream accepted the request",
});

/** Reads all contracts of a member, with the dates they can be canceled to. */
export const getContractData = readOperation({
  id: "getContractData",
  summary: "Read a member's contracts and when they can be canceled",
  method: "GET",
  path: "/v1/memberships/{customerId}/self-service/contract-data",
  scope: "membership.read",
  params: z.object({ customerId }),
  answer: z.array(contractData),
});

/** Asks the studio to end a contract on a date. The upstream knows no idempotency key: sending it again would cancel twice. */
export const createContractCancelationAmendment = writeOperation({
  id: "createContractCancelationAmendment",
  summary: "Cancel a contract to one of its available dates",
  method: "POST",
  path: "/v1/memberships/{customerId}/self-service/ordinary-contract-cancelation",
  scope: "membership.write",
  params: z.object({ customerId }),
  body: about(
    z.strictObject({
      contractId: about(bodyId, { description: "The contract to cancel", example: 1000 }),
      cancelationDate: about(wantedDate, { description: "Date to cancel to, one of availableCancelationDates" }),
      cancelationReasonId: about(orNone(bodyId), {
        description: "One of the studio's reasons; may be left out where the studio has a default",
        example: 1001,
      }),
    }),
    { example: { contractId: 1000, cancelationDate: "2027-01-31", cancelationReasonId: 1001 } },
  ),
  answer: voidResult,
  write: cancelation(getContractData),
});

/** Reads the reasons that a studio offers for a cancelation. They are the same for every member. */
export const getContractCancelationReasonData = readOperation({
  id: "getContractCancelationReasonData",
  summary: "Read the studio's reasons for a cancelation",
  method: "GET",
  path: "/v1/memberships/self-service/contract-cancelation-reasons",
  scope: "membership.read",
  params: z.object({}),
  answer: z.array(
    z.looseObject({
      cancelationReasonId: about(answerId, { description: "Goes into a cancelation", example: 1001 }),
      cancelationReasonName: about(z.string(), { description: "For the member to read", example: "Moving away" }),
    }),
  ),
});

/** Withdraws an earlier cancelation. At some studios, a person must verify that first. */
export const withdrawContractCancelation = writeOperation({
  id: "withdrawContractCancelation",
  summary: "Take back the cancelation of a contract",
  method: "POST",
  path: "/v1/memberships/{customerId}/self-service/withdraw-ordinary-contract-cancelation/{contractId}",
  scope: "membership.write",
  params: z.object({ customerId, contractId: about(pathId, { description: "The canceled contract" }) }),
  answer: voidResult,
  write: withdrawal(getContractData),
});

/**
 * Declares the statutory withdrawal from a contract that was made at a distance. The gateway passes it on whatever the
 * date: the studio decides. The upstream documents no answer, and no operation takes a withdrawal back.
 */
export const createContractWithdrawalAmendment = writeOperation({
  id: "createContractWithdrawalAmendment",
  summary: "Withdraw from a contract that was made online (statutory right, usually 14 days)",
  method: "POST",
  path: "/v1/memberships/{customerId}/self-service/contract-withdrawal/{contractId}",
  scope: "contract-withdrawal.write",
  params: z.object({ customerId, contractId: about(pathId, { description: "The contract to withdraw from" }) }),
  write: statutoryWithdrawal(getCustomersContracts),
});
