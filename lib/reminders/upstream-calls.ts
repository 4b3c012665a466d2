import type { PerfectGym, UpstreamCall } from "#lib/perfectgym/client.ts";
import { UpstreamError } from "#lib/perfectgym/errors.ts";

/** In milliseconds. Nobody waits for the answer. */
const callMs = 20_000;

/** The job sends each call once. If it fails, SQS delivers its message again. */
export const oneAttempt = { budgetMs: callMs, maxAttemptMs: callMs, maxAttempts: 1 } satisfies Partial<UpstreamCall>;

/** Effects that count the requests to the upstream, also those that got no answer. */
export const countCalls = <Effects extends { readonly perfectgym: Pick<PerfectGym, "call"> }>(
  effects: Effects,
): { readonly effects: Effects; readonly upstreamCalls: () => number } => {
  let sent = 0;
  const call: PerfectGym["call"] = async (operation, options) => {
    try {
      const result = await effects.perfectgym.call(operation, options);
      sent += result.attempts;
      return result;
    } catch (error) {
      if (error instanceof UpstreamError) sent += error.facts.attempts;
      throw error;
    }
  };
  return { effects: { ...effects, perfectgym: { ...effects.perfectgym, call } }, upstreamCalls: () => sent };
};
