import { writeJson } from "#lib/operations/json.ts";
import type { Evidence, Ids, Operation, WriteOperation } from "#lib/operations/operation.ts";
import type { PerfectGym, UpstreamCall, UpstreamResult } from "#lib/perfectgym/client.ts";
import {
  isForbidden,
  OutcomeUnknown,
  StudiosMisconfigured,
  StudiosUnavailable,
  StudioUnknown,
  UpstreamError,
  UpstreamRefused,
} from "#lib/perfectgym/errors.ts";
import type { Claim } from "./ledger.ts";
import { type Attempt, type InDoubt, next, type Settled, type Step } from "./states.ts";

/** How a write ended. All but `in-doubt` are certain. */
export type WriteEnd =
  | ({
      readonly outcome: "accepted";
      /** The data that proved it, if the answer was lost. */
      readonly seenIn?: unknown;
    } & UpstreamResult)
  | { readonly outcome: "refused"; readonly error: UpstreamRefused }
  | { readonly outcome: "not-carried-out"; readonly error: Error }
  | { readonly outcome: "in-doubt"; readonly error: UpstreamError; readonly state: InDoubt | Settled };

export interface WriteCall extends UpstreamCall {
  readonly body: unknown;
  /** The customer that the caller's token names. */
  readonly member: string | undefined;
}

export interface Writer {
  /** Sends a claimed write at most once and reads the data if states.ts asks for it. `call.budgetMs` covers all of it. */
  readonly carryOut: (operation: WriteOperation, call: WriteCall, claim: Claim) => Promise<WriteEnd>;
  /** The data that shows a write. Undefined if it cannot be read just now. */
  readonly readBack: (operation: WriteOperation, call: Omit<WriteCall, "body">) => Promise<unknown>;
}

/** What a read proves, and the data that was read. */
interface Look extends Evidence {
  readonly data: unknown;
}

/** How sending ended: with an answer, or with an error that says why there is none. */
type Sent =
  | { readonly ending: "accepted"; readonly result: UpstreamResult }
  | { readonly ending: "refused"; readonly error: UpstreamRefused }
  | { readonly ending: "possibly-carried-out"; readonly error: UpstreamError }
  | { readonly ending: "not-carried-out"; readonly error: Error };

/** What the request has seen so far. */
interface Seen {
  readonly sent?: Sent | undefined;
  readonly looked?: Look | undefined;
  /** Whether its last step was a read. */
  readonly hasRead: boolean;
}

interface Timed extends WriteCall {
  /** When the first request for the write came in, in milliseconds since the epoch. */
  readonly receivedAt: number;
  /** On the writer's clock, in milliseconds. */
  readonly deadline: number;
}

/** The share of the budget for sending, if a read follows an unknown outcome. */
const sendShare = 0.75;

/** The longest budget of a read, in milliseconds. */
const longestReadMs = 5_000;

/** When to repeat after a read that failed, in seconds. */
const soonSeconds = 5;

export const createWriter = (perfectgym: Pick<PerfectGym, "call">, now: () => number = Date.now): Writer => {
  const readBack: Writer["readBack"] = async ({ write }, { studioId, headers = {}, budgetMs, ...known }) => {
    const params = write.readBack && idsFor(write.readBack.read, known);
    if (!write.readBack || !params) return undefined;
    const { read, alsoRead, data } = write.readBack;
    const call = { studioId, params, headers, budgetMs: Math.min(budgetMs, longestReadMs) };
    try {
      const [first, second] = await Promise.all([read, alsoRead].map((each) => each && perfectgym.call(each, call)));
      return data.parse(alsoRead ? [first?.json, second?.json] : first?.json);
    } catch (error) {
      if (error instanceof UpstreamError || isUnsent(error)) return undefined; // the answer to the caller says that the data could not be read
      throw error;
    }
  };

  /** Reads the data and compares it with the write. Undefined if it cannot be read just now. */
  const look = async (operation: WriteOperation, call: Timed): Promise<Look | undefined> => {
    const data = await readBack(operation, { ...call, budgetMs: call.deadline - now() });
    const { params, body, receivedAt, document } = call;
    const wanted = { params, body, receivedAt, hasDocument: document !== undefined };
    const evidence = data === undefined ? undefined : operation.write.readBack?.seen(wanted, data);
    return evidence && { ...evidence, data };
  };

  const send = async (operation: WriteOperation, call: Timed): Promise<Sent> => {
    const budgetMs = (call.deadline - now()) * (operation.write.readBack?.isAtOnce ? sendShare : 1);
    try {
      return { ending: "accepted", result: await perfectgym.call(operation, { ...call, budgetMs }) };
    } catch (error) {
      return sentOf(error);
    }
  };

  /** Adds the pending change of the same data to a refusal that it may have caused. */
  const withPending = async (
    operation: WriteOperation,
    call: Timed,
    error: UpstreamRefused,
  ): Promise<UpstreamRefused> => {
    const isAboutAccess = error.status === 404 || isForbidden(error);
    if (operation.write.readBack?.isAtOnce || isAboutAccess) return error;
    const pendingAmendment = (await look(operation, call))?.shown?.pendingAmendment;
    if (!pendingAmendment) return error;
    const isAboutField = error.status !== 409 && isFieldOf(call.body, error.refusal.reference);
    return new UpstreamRefused(error.status, { ...error.refusal, pendingAmendment, isAboutField }, error.facts);
  };

  const carryOut: Writer["carryOut"] = async (operation, call, claim) => {
    const timed = { ...call, receivedAt: claim.receivedAt, deadline: now() + call.budgetMs };
    const attempt: Attempt = { ...claim, ...readBackOf(operation, call) };
    let step = next({ saw: "request", state: claim.found }, attempt);
    let seen: Seen = { hasRead: false };
    while (step.do === "send" || step.do === "read") {
      if (step.do === "send") {
        const sent = await send(operation, timed);
        seen = { sent, hasRead: false };
        step = next({ saw: "ending", state: step.state, ending: sent.ending }, attempt);
      } else {
        const looked = await look(operation, timed);
        seen = { ...seen, looked, hasRead: true };
        step = next({ saw: "data", state: step.state, verdict: looked?.verdict ?? "unreadable" }, attempt);
      }
    }
    const end = endOf(step, seen, { now: now(), isRepeatable: claim.identity.isRepeatable });
    if (end.outcome !== "refused" || seen.hasRead) return end;
    return { ...end, error: await withPending(operation, timed, end.error) };
  };
  return { carryOut, readBack };
};

/** The ids in the path of a read. Undefined if one of them is unknown. */
const idsFor = ({ params: { shape } }: Operation, { params, member }: Pick<WriteCall, "params" | "member">) => {
  const known: Readonly<Record<string, string | undefined>> = { customerId: member, ...params };
  const ids: Ids = Object.fromEntries(
    Object.keys(shape).flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]]])),
  );
  return Object.keys(ids).length === Object.keys(shape).length ? ids : undefined;
};

const readBackOf = ({ write }: WriteOperation, call: WriteCall): Omit<Attempt, keyof Claim> => {
  if (!write.readBack || !idsFor(write.readBack.read, call)) return { readBack: "never" };
  const { isAtOnce, lagMs } = write.readBack;
  return { readBack: isAtOnce ? "at-once" : "later", lagMs };
};

/** Turns a conclusion into what the caller gets. */
const endOf = (step: Step, seen: Seen, caller: Caller): WriteEnd => {
  if (step.do !== "conclude") throw new TypeError(`a claimed write cannot end with ${step.do}`);
  const { sent, looked } = seen;
  if (step.outcome === "accepted") return acceptedBy(sent, looked);
  if (step.outcome === "in-doubt") return inDoubt(step, seen, caller);
  if (sent?.ending === "refused") return { outcome: "refused", error: sent.error };
  if (sent?.ending === "not-carried-out") return { outcome: "not-carried-out", error: sent.error };
  throw new TypeError(`a write that was ${sent?.ending ?? "not sent"} cannot be ${step.outcome}`);
};

interface Caller {
  readonly now: number;
  /** Whether the caller sent a key, and so can repeat the request. */
  readonly isRepeatable: boolean;
}

/** The error is the failed call's own, unless the data was read: then the error has what the data shows. */
const inDoubt = (
  { state, settlesAt }: Extract<Step, { outcome: "in-doubt" }>,
  { sent, looked, hasRead }: Seen,
  { now, isRepeatable }: Caller,
): WriteEnd => {
  const cause = upstreamErrorOf(sent);
  if (cause && !hasRead) return { outcome: "in-doubt", error: cause, state };
  const seconds = settlesAt === "soon" ? soonSeconds : secondsUntil(settlesAt, now);
  const retryAfterSeconds = isRepeatable ? seconds : undefined;
  const doubt = { retryAfterSeconds, shown: looked?.shown, cause };
  return { outcome: "in-doubt", error: new OutcomeUnknown(cause?.facts ?? { attempts: 0 }, doubt), state };
};

const upstreamErrorOf = (sent: Sent | undefined): UpstreamError | undefined =>
  sent && "error" in sent && sent.error instanceof UpstreamError ? sent.error : undefined;

const secondsUntil = (time: number | undefined, now: number): number | undefined =>
  time === undefined ? undefined : Math.ceil(Math.max(time - now, 1) / 1_000);

const acceptedBy = (sent: Sent | undefined, looked: Look | undefined): WriteEnd => {
  if (sent?.ending === "accepted") return { outcome: "accepted", ...sent.result };
  const attempts = upstreamErrorOf(sent)?.facts.attempts ?? 0;
  const { answer: json, data: seenIn } = looked ?? {};
  return { outcome: "accepted", attempts, status: 200, text: writeJson(json), json, drift: [], seenIn };
};

/** Whether an error is about the studio's configuration, so that nothing was sent. */
export const isUnsent = (error: unknown): error is Error =>
  [StudioUnknown, StudiosUnavailable, StudiosMisconfigured].some((type) => error instanceof type);

/** @throws anything that neither the upstream nor the configuration caused: a bug, after which the outcome is unknown */
const sentOf = (error: unknown): Sent => {
  if (error instanceof UpstreamRefused) return { ending: "refused", error };
  if (error instanceof UpstreamError)
    return { ending: error.facts.outcome ? "possibly-carried-out" : "not-carried-out", error };
  if (isUnsent(error)) return { ending: "not-carried-out", error };
  throw error;
};

const isFieldOf = (body: unknown, reference = ""): boolean => {
  const [field = ""] = reference.split(/[.[]/);
  return typeof body === "object" && body !== null && Object.hasOwn(body, field);
};
