import { writeJson } from "#lib/operations/json.ts";
import type { Evidence, Operation } from "#lib/operations/operation.ts";
import type { UpstreamAnswer } from "#lib/perfectgym/answer.ts";
import type { PerfectGym, UpstreamCall } from "#lib/perfectgym/client.ts";
import {
  isForbidden,
  OutcomeUnknown,
  StudiosMisconfigured,
  StudiosUnavailable,
  StudioUnknown,
  UpstreamError,
  UpstreamRefused,
} from "#lib/perfectgym/errors.ts";

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
  | ({
      readonly kind: "accepted";
      readonly attempts: number;
      /** What a read showed, where the answer was lost. */
      readonly seenIn?: unknown;
    } & UpstreamAnswer)
  | { readonly kind: "refused"; readonly error: UpstreamRefused }
  | { readonly kind: "not-carried-out"; readonly error: Error }
  | { readonly kind: "in-doubt"; readonly error: UpstreamError };

type InDoubt = Extract<WriteEnd, { kind: "in-doubt" }>;
type Refused = Extract<WriteEnd, { kind: "refused" }>;

/** What a read shows, and all that was read. */
interface Look extends Evidence {
  readonly data: unknown;
}

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
      return write.readBack.data.parse((await perfectgym.call(write.readBack.read, call)).json);
    } catch (error) {
      if (error instanceof UpstreamError || isUnsent(error)) return undefined; // then nothing is known: the caller is told that
      throw error;
    }
  };

  /** Undefined: the data cannot be had just now. */
  const look = async (operation: Operation, call: Timed): Promise<Look | undefined> => {
    const data = await readBack(operation, { ...call, budgetMs: call.deadline - now() });
    const evidence =
      data === undefined ? undefined : operation.write?.readBack?.seen({ params: call.params, body: call.body }, data);
    return evidence && { ...evidence, data };
  };

  /** What an earlier try came to; undefined: nothing came of it, the write may be sent. */
  const settleEarlier = async (operation: Operation, call: Timed): Promise<WriteEnd | undefined> => {
    if (call.inDoubtUntil === undefined) return undefined;
    const looked = await look(operation, call);
    if (looked?.verdict === "carried-out") return accepted(looked);
    if (looked?.verdict === "not-carried-out" && call.isDoubtOver) return undefined;
    const waitMs = looked ? call.inDoubtUntil - now() : operation.write?.readBack && readAgainMs;
    return inDoubt({ attempts: 0 }, { waitMs, looked });
  };

  const send = async (operation: Operation, call: Timed): Promise<WriteEnd> => {
    const budgetMs = (call.deadline - now()) * (operation.write?.readBack?.isAtOnce ? writesShare : 1);
    try {
      return { kind: "accepted", ...(await perfectgym.call(operation, { ...call, budgetMs })) };
    } catch (error) {
      return endOf(error);
    }
  };

  const settleInDoubt = async (operation: Operation, call: Timed, end: InDoubt): Promise<WriteEnd> => {
    if (!operation.write?.readBack?.isAtOnce) return end;
    const { facts } = end.error;
    const looked = await look(operation, call);
    if (looked?.verdict === "carried-out") return accepted(looked, facts.attempts);
    return inDoubt(facts, { waitMs: call.doubtEndsAt && call.doubtEndsAt - now(), looked, cause: end.error });
  };

  /** A refusal after an earlier try in doubt may be for the very reason that this one was carried out. */
  const explain = async (operation: Operation, call: Timed, end: Refused): Promise<WriteEnd> => {
    const { status, facts } = end.error;
    const isSecond = call.inDoubtUntil !== undefined;
    const isAboutAccess = status === 404 || isForbidden(end.error);
    if (!isSecond && (operation.write?.readBack?.isAtOnce || isAboutAccess)) return end;
    const looked = await look(operation, call);
    if (!isSecond) return withPending(end, call, looked);
    if (looked?.verdict === "carried-out") return accepted(looked, facts.attempts);
    if (looked?.verdict === "not-carried-out") return end;
    return inDoubt(facts, { waitMs: readAgainMs, looked, cause: end.error });
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

const accepted = ({ answer, data }: Look, attempts = 0): WriteEnd => ({
  kind: "accepted",
  seenIn: data,
  attempts,
  status: 200,
  text: writeJson(answer),
  json: answer,
  drift: [],
});

interface Open {
  /** Until a repeat may settle it. */
  readonly waitMs: number | undefined;
  readonly looked: Look | undefined;
  readonly cause?: UpstreamError;
}

/** Waiting does not help where the data was read and cannot tell. */
const inDoubt = (facts: UpstreamError["facts"], { waitMs, looked, cause }: Open): InDoubt => {
  if (looked?.verdict === "unclear")
    return { kind: "in-doubt", error: new OutcomeUnknown(facts, { shown: looked.shown, cause }) };
  const retryAfterSeconds = waitMs === undefined ? undefined : Math.ceil(Math.max(waitMs, 1) / 1000);
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

/** A change of the same data that waits is what the caller can act on, besides a field at fault. */
const withPending = (end: Refused, { body }: WriteCall, looked: Look | undefined): Refused => {
  const { status, refusal, facts } = end.error;
  const { pendingAmendment } = looked?.shown ?? {};
  if (!pendingAmendment) return end;
  const isAboutField = status !== 409 && isFieldOf(body, refusal.reference);
  return { kind: "refused", error: new UpstreamRefused(status, { ...refusal, pendingAmendment, isAboutField }, facts) };
};

const isFieldOf = (body: unknown, reference = ""): boolean => {
  const [field = ""] = reference.split(/[.[]/);
  return typeof body === "object" && body !== null && Object.hasOwn(body, field);
};
