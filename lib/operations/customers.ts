import * as z from "zod/mini";
import { about } from "./about.ts";
import { answerId, customerId } from "./fields.ts";
import { readOperation } from "./operation.ts";

/** A slice of the members. If `hasNext` is true, the next slice begins at `offset`. */
export const customersSlice = z.looseObject({
  result: z.array(z.looseObject({ id: answerId, status: z.string() })),
  offset: z.nullish(z.string()),
  hasNext: z.boolean(),
});

/** The query of `getCustomers`. */
export const customersQuery = z.strictObject({
  customerStatus: z.optional(z.enum(["MEMBER", "PROSPECT"])),
  sliceSize: about(z.optional(z.int().check(z.minimum(50), z.maximum(500))), {
    description: "Members a slice, 100 by default",
  }),
  offset: about(z.optional(z.string()), { description: "Of the slice before; absent for the first" }),
});

/** Reads one slice of a studio's members. Partner apps cannot call it, because it shows the whole list of members. */
export const getCustomers = readOperation({
  id: "getCustomers",
  summary: "List the studio's members, slice by slice",
  method: "GET",
  path: "/v1/customers",
  params: z.object({}),
  answer: customersSlice,
});

/**
 * Reads one customer of any studio of the same chain, with any of its keys. No partner app can: the answer has far more
 * than the self-service operations show. Only what the gateway needs of it is described.
 */
export const getCrossStudioCustomerById = readOperation({
  id: "getCrossStudioCustomerById",
  summary: "Read a customer, whichever studio she belongs to",
  method: "GET",
  path: "/v1/cross-studio/customers/{customerId}",
  params: z.object({ customerId }),
  answer: z.looseObject({
    studioId: about(z.nullish(answerId), { description: "The home studio's id in the upstream" }),
  }),
});

/**
 * Reads all contracts of a member with their modules, and when and where each was made. No partner app can: it would
 * hand out more than the self-service operations do. Only what the gateway needs of the answer is described.
 */
export const getCustomersContracts = readOperation({
  id: "getCustomersContracts",
  summary: "Read a member's contracts with their modules",
  method: "GET",
  path: "/v1/customers/{customerId}/contracts",
  params: z.object({ customerId }),
  answer: z.array(z.looseObject({ id: answerId })),
});

/** What the gateway itself calls besides the operations of partner apps. Their answers are described only in part. */
export const ownCalls = [getCustomers, getCustomersContracts, getCrossStudioCustomerById];
