import * as z from "zod/mini";
import { answerId } from "#lib/operations/fields.ts";
import type { Operation } from "#lib/operations/operation.ts";
import type { PerfectGym, UpstreamResult } from "#lib/perfectgym/client.ts";
import { UpstreamRefused } from "#lib/perfectgym/errors.ts";
import { RequestRefused } from "#lib/problems/types.ts";
import type { Input } from "./serving.ts";

/** A list of contracts as far as it tells which there are. */
const contracts = z.array(z.catch(z.looseObject({ id: z.union([answerId, z.string()]) }), { id: "" }));

/** The share of the time that the check may take, so that enough is left for the operation itself. */
const checkShare = 0.4;

/**
 * Allows a member's token only her own contracts, on paths that name a contract but no customer. A studio's key opens
 * every contract of the studio, so her contracts are read from the upstream first, each time: an answer that is
 * remembered may no longer be true. Not hers and not there are the same answer.
 * @throws RequestRefused, and what `PerfectGym.call` throws if her contracts cannot be read
 */
export const checkContract = async (
  { contractsOfMember }: Pick<Operation, "contractsOfMember">,
  { principal: { member, studioId }, params, headers }: Input,
  { perfectgym, budgetMs }: { readonly perfectgym: Pick<PerfectGym, "call">; readonly budgetMs: number },
): Promise<void> => {
  const { contractId, customerId } = params;
  if (member === undefined || contractId === undefined || customerId !== undefined) return;
  const call = { studioId, params: { customerId: member }, headers, budgetMs: budgetMs * checkShare };
  const own = contractsOfMember ? await idsIn(() => perfectgym.call(contractsOfMember, call)) : [];
  if (!own.includes(contractId))
    throw new RequestRefused("forbidden", "The token does not allow access to this contract.");
};

/** The ids in digits. Empty if the upstream knows no such member. */
const idsIn = async (read: () => Promise<UpstreamResult>): Promise<readonly string[]> => {
  try {
    const { json } = await read();
    return (contracts.safeParse(json).data ?? []).map(({ id }) => String(id));
  } catch (error) {
    if (error instanceof UpstreamRefused && error.status === 404) return [];
    throw error;
  }
};
