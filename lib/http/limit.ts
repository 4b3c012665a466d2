import { type Limiter, LimitReached } from "#lib/limits/limiter.ts";
import { windowSeconds } from "#lib/limits/limits.ts";
import { describeErrors } from "#lib/observability/log.ts";
import { isWrite, type Operation } from "#lib/operations/operation.ts";
import type { Caller } from "./principal.ts";
import type { Arrival, Middleware } from "./serving.ts";

/** Counts a request against its partner's limit for the operation. @throws LimitReached */
export const checkLimit = async (
  operation: Operation,
  {
    caller: { clientId, limits },
    limiter,
  }: { readonly caller: Pick<Caller, "clientId" | "limits">; readonly limiter: Limiter },
  arrival: Arrival,
): Promise<void> => {
  if (!limits) return;
  const quota = limits[isWrite(operation) ? "writes" : "reads"] * windowSeconds;
  const { isRefused, counted } = await limiter.admit({ clientId, operation: operation.id, quota });
  arrival.limit = { quota, counted };
  if (isRefused) throw new LimitReached((await counted()).standing?.resetSeconds ?? windowSeconds);
};

/**
 * Tells the caller its limit and what is left of it, as draft-ietf-httpapi-ratelimit-headers-10 does. The policy's name is
 * the operationId. What other Lambda instances have taken in the meantime is not in the figure.
 */
export const limitHeaders = ({ id }: Operation): Middleware => {
  const add: Middleware["after"] = async ({ event: { limit, record }, response }) => {
    if (!limit || !response) return;
    const { standing, error } = await limit.counted();
    if (error !== undefined) record.note({ limit: "uncounted", errors: describeErrors(error) });
    response.headers = {
      ...response.headers,
      "ratelimit-policy": `"${id}";q=${limit.quota};w=${windowSeconds}`,
      ...(standing && { ratelimit: `"${id}";r=${standing.remaining};t=${standing.resetSeconds}` }),
    };
  };
  return { after: add, onError: add };
};
