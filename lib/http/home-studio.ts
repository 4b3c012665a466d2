import * as z from "zod/mini";
import { describeErrors, type OpenRecord } from "#lib/observability/log.ts";
import { getCrossStudioCustomerById } from "#lib/operations/customers.ts";
import { answerId } from "#lib/operations/fields.ts";
import type { PerfectGym } from "#lib/perfectgym/client.ts";
import { isForbidden, StudioUnknown, UpstreamRefused } from "#lib/perfectgym/errors.ts";
import { isForeseen } from "#lib/problems/problem.ts";
import type { Caller } from "./principal.ts";
import type { Read } from "./serving.ts";

/** A request of a client with several studios. */
export interface StudioAsked extends Pick<Caller, "clientId" | "studios" | "named"> {
  readonly read: Read;
  readonly record: Pick<OpenRecord, "note">;
  /** For asking the upstream. */
  readonly budgetMs: number;
}

/**
 * The studio that a request is for: the one that it names, or its customer's home. Undefined if that cannot be told: then
 * its caller must name it.
 */
export type FindStudio = (asked: StudioAsked) => Promise<string | undefined>;

export interface HomeStudioOptions {
  readonly perfectgym: Pick<PerfectGym, "call" | "settings">;
  readonly now: () => number;
}

/** In milliseconds. A member who moves is found at her new studio after that. */
const keptMs = 60_000;

/** How many customers a Lambda instance remembers. */
const mostKept = 1_000;

/** A customer as far as it tells her home. */
const customer = z.looseObject({ id: answerId, studioId: answerId });

/** Her home studio's id in the upstream. Undefined if the upstream does not say it, or speaks of somebody else. */
const homeIn = (json: unknown, customerId: string): string | undefined => {
  const { data } = customer.safeParse(json);
  return data && String(data.id) === customerId ? String(data.studioId) : undefined;
};

/**
 * Finds a customer's home studio among the client's studios: the upstream is asked across studios, with one of their keys,
 * and its answer is remembered for a minute. The studios must have the same base URL, because customer ids repeat
 * elsewhere, and their entries must say which of the upstream's studios they are.
 */
export const createHomeStudios = ({ perfectgym, now }: HomeStudioOptions): FindStudio => {
  const kept = new Map<string, { readonly studioId: string | undefined; readonly until: number }>();

  const keep = (place: string, studioId: string | undefined): void => {
    kept.delete(place);
    const [oldest] = kept.keys();
    if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
    kept.set(place, { studioId, until: now() + keptMs });
  };

  /** `isAnswered`: the upstream said so, also if it named no studio of the client. */
  const ask = async ({ studios, read: { params, headers }, record, budgetMs }: StudioAsked): Promise<Answered> => {
    const { customerId = "" } = params;
    try {
      const byUpstreamId = await studiosByUpstreamId(studios, perfectgym);
      const [asker] = byUpstreamId.values();
      if (asker === undefined) return { isAnswered: false };
      const call = { studioId: asker, params: { customerId }, headers, budgetMs };
      const { json } = await perfectgym.call(getCrossStudioCustomerById, call);
      return { isAnswered: true, studioId: byUpstreamId.get(homeIn(json, customerId) ?? "") };
    } catch (error) {
      return answeredBy(error, record);
    }
  };

  return async (asked) => {
    if (asked.named !== undefined) return asked.named;
    const place = JSON.stringify([asked.read.params["customerId"], ...asked.studios]);
    const known = kept.get(place);
    if (known && now() < known.until) return known.studioId;
    const { isAnswered, studioId } = await ask(asked);
    if (isAnswered) keep(place, studioId);
    return studioId;
  };
};

/** That the key may not read a customer, and that there is none, are answers, too. @throws an error that nobody foresaw */
const answeredBy = (error: unknown, record: StudioAsked["record"]): Answered => {
  if (!isForeseen(error)) throw error;
  if (error instanceof UpstreamRefused && error.status === 404) return { isAnswered: true };
  record.note({ homeStudio: error.code, errors: describeErrors(error) });
  return { isAnswered: isForbidden(error) };
};

interface Answered {
  readonly isAnswered: boolean;
  readonly studioId?: string | undefined;
}

/** Those that can be told apart. Empty if the studios have different upstreams, or if two claim to be the same studio. */
const studiosByUpstreamId = async (
  studios: readonly string[],
  { settings }: Pick<PerfectGym, "settings">,
): Promise<ReadonlyMap<string, string>> => {
  const entries = await Promise.all(
    studios.map(async (studioId) => {
      try {
        const { baseUrl, upstreamStudioId } = await settings(studioId);
        return [{ studioId, baseUrl: baseUrl.replace(/\/+$/, ""), upstreamStudioId }];
      } catch (error) {
        // The partner may use a studio that is not there yet, or no longer.
        if (error instanceof StudioUnknown) return [];
        throw error;
      }
    }),
  );
  const known = entries.flat();
  const named = known.filter(({ upstreamStudioId }) => upstreamStudioId !== undefined);
  const byId = new Map(named.map(({ studioId, upstreamStudioId }) => [String(upstreamStudioId), studioId]));
  const isOneUpstream = new Set(known.map(({ baseUrl }) => baseUrl)).size === 1;
  return isOneUpstream && byId.size === named.length ? byId : new Map();
};
