import { parseJson, writeJson } from "#lib/operations/json.ts";
import type { Evidence, Operation } from "#lib/operations/operation.ts";
import type { UpstreamAnswer } from "./answer.ts";
import type { PerfectGym, UpstreamCall } from "./client.ts";
import {
  OutcomeUnknown,
  StudiosMisconfigured,
  StudiosUnavailable,
  StudioUnknown,
  UpstreamError,
  UpstreamForbidden,
  UpstreamRefused,
} from "./errors.ts";

export interface WriteCall extends UpstreamCall {
  /** Set where an earlier try of the same write ended nobody knows how; see `carryOut`. */
  readonly inDoubtUntil?: number | undefined;
  /** Whether that was over before this try began: a read from before shows nothing. */
  readonly isDoubtOver?: boolean;
  /** When this try's own doubt would be over; absent where nobody can ask for the write again. */
  readonly doubtEndsAt?: number | undefined;
}

/** How a write ended. What is not `in-doubt` is certain. */
export type WriteEnd =
  | ({ readonly kind: "accepted"; readonly tries: number; readonly isReadBack: boolean } & UpstreamAnswer)
  | { readonly kind: "refused"; readonly error: UpstreamRefused }
  | { readonly kind: "not-carried-out"; readonly error: Error }
  | { readonly kind: "in-doubt"; readonly error: UpstreamError };

type InDoubt = Extract<WriteEnd, { kind: "in-doubt" }>;
type Refused = Extract<WriteEnd, { kind: "refused" }>;

interface Timed extends WriteCall {
  /** On the writer's clock, in milliseconds. */
  readonly deadline: number;
}

export interface Writer {
  /**
   * Sends a write at most once and reads back what the certainty table leaves open. After an earlier try in doubt it
   * reads first, and sends only what a read after `inDoubtUntil` does not show.
   */
  readonly carryOut: (operation: Operation, call: WriteCall) => Promise<WriteEnd>;
  /** The data that shows a write; undefined where it cannot be had just now. */
  readonly readBack: (operation: Operation, call: UpstreamCall) => Promise<unknown>;
}

/** What is left of the budget for reading back, should the write use up its own part. */
const writesShare = 0.75;

/** Data that cannot be read now may be a moment later. */
const readAgainMs = 5_000;

/** A read that takes longer is no use to somebody who waits. */
const longestReadMs = 5_000;

export const createWriter = (perfectgym: Pick<PerfectGym, "call">, now: () => number = Date.now): Writer => {
  const readBack: Writer["readBack"] = async ({ write }, { studioId, params, headers, budgetMs }) => {
    if (!write?.readBack) return undefined;
    const { customerId = "" } = params;
    const call = {
      studioId,
      params: { customerId },
      budgetMs: Math.min(budgetMs, longestReadMs),
      ...passedOn(headers),
    };
    try {
      return parseJson((await perfectgym.call(write.readBack.read, call)).text);
    } catch (error) {
      if (error instanceof UpstreamError || isUnsent(error)) return undefined; // then nothing is known: the caller is told that
      throw error;
    }
  };

  /** Undefined: the data cannot be had just now. */
  const look = async (operation: Operation, call: Timed): Promise<{ seen: Evidence | undefined } | undefined> => {
    const data = await readBack(operation, { ...call, budgetMs: call.deadline - now() });
    return data === undefined ? undefined : { seen: operation.write?.readBack?.seen(call, data) };
  };

  /** What an earlier try came to; undefined: nothing came of it, the write may be sent. */
  const settleEarlier = async (operation: Operation, call: Timed): Promise<WriteEnd | undefined> => {
    if (call.inDoubtUntil === undefined) return undefined;
    const looked = await look(operation, call);
    if (looked?.seen?.isCarriedOut) return accepted(looked.seen);
    const waitMs = Math.max(call.inDoubtUntil - now(), 1);
    if (!looked) return inDoubt({ tries: 0 }, operation.write?.readBack && readAgainMs);
    return looked.seen && call.isDoubtOver ? undefined : inDoubt({ tries: 0 }, looked.seen && waitMs);
  };

  const send = async (operation: Operation, call: Timed): Promise<WriteEnd> => {
    const budgetMs = (call.deadline - now()) * (operation.write?.readBack?.isAtOnce ? writesShare : 1);
    try {
      return { kind: "accepted", isReadBack: false, ...(await perfectgym.call(operation, { ...call, budgetMs })) };
    } catch (error) {
      return endOf(error);
    }
  };

  const settleInDoubt = async (operation: Operation, call: Timed, end: InDoubt): Promise<WriteEnd> => {
    if (!operation.write?.readBack?.isAtOnce) return end;
    const { facts } = end.error;
    const seen = (await look(operation, call))?.seen;
    const waitMs = call.doubtEndsAt && Math.max(call.doubtEndsAt - now(), 1);
    return seen?.isCarriedOut ? accepted(seen, facts.tries) : inDoubt(facts, waitMs, end.error);
  };

  /** A refusal after an earlier try in doubt may be for the very reason that this one was carried out. */
  const explain = async (operation: Operation, call: Timed, end: Refused): Promise<WriteEnd> => {
    const isSecond = call.inDoubtUntil !== undefined;
    if (!isSecond && (operation.write?.readBack?.isAtOnce || namesAField(end.error))) return end;
    const seen = (await look(operation, call))?.seen;
    return isSecond && seen?.isCarriedOut ? accepted(seen, end.error.facts.tries) : withPending(end, seen);
  };

  const carryOut: Writer["carryOut"] = async (operation, call) => {
    const timed = { ...call, deadline: now() + call.budgetMs };
    const end = (await settleEarlier(operation, timed)) ?? (await send(operation, timed));
    if (end.kind === "in-doubt" && !(end.error instanceof OutcomeUnknown)) return settleInDoubt(operation, timed, end);
    return end.kind === "refused" ? explain(operation, timed, end) : end;
  };
  return { carryOut, readBack };
};

const passedOn = (headers: UpstreamCall["headers"]) => (headers ? { headers } : {});

const accepted = ({ answer }: Evidence, tries = 0): WriteEnd => ({
  kind: "accepted",
  isReadBack: true,
  tries,
  status: 200,
  text: writeJson(answer),
  drift: [],
});

const inDoubt = (facts: UpstreamError["facts"], waitMs: number | undefined, cause?: UpstreamError): InDoubt => {
  const retryAfterSeconds = waitMs && Math.ceil(waitMs / 1000);
  return { kind: "in-doubt", error: new OutcomeUnknown(facts, { retryAfterSeconds, cause }) };
};

const isUnsent = (error: unknown): error is Error =>
  [StudioUnknown, StudiosUnavailable, StudiosMisconfigured].some((type) => error instanceof type);

/** @throws what is neither the upstream's doing nor the configuration's: a bug, after which all is in doubt */
const endOf = (error: unknown): Exclude<WriteEnd, { kind: "accepted" }> => {
  if (error instanceof UpstreamRefused) return { kind: "refused", error };
  if (error instanceof UpstreamError)
    return error.facts.outcome ? { kind: "in-doubt", error } : { kind: "not-carried-out", error };
  if (isUnsent(error)) return { kind: "not-carried-out", error };
  throw error;
};

/** Such a refusal is about the request, not about a change that waits. */
const namesAField = (error: UpstreamRefused): boolean =>
  error.status === 404 || error instanceof UpstreamForbidden || error.refusal.reference !== undefined;

/** A change of the same data that waits is what the caller can act on. */
const withPending = ({ error }: Refused, seen: Evidence | undefined): Refused => {
  const { pendingAmendmentId } = seen ?? {};
  if (pendingAmendmentId === undefined) return { kind: "refused", error };
  const refusal = { ...error.refusal, pendingAmendmentId };
  return { kind: "refused", error: new UpstreamRefused(error.status, refusal, error.facts) };
};
