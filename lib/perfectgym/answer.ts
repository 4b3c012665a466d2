import { parseJson } from "#lib/operations/json.ts";
import type { Operation } from "#lib/operations/operation.ts";
import {
  type CallFacts,
  KeyRejected,
  UpstreamBusy,
  type UpstreamError,
  UpstreamRefused,
  UpstreamTimedOut,
  UpstreamUnavailable,
  UpstreamUnintelligible,
} from "./errors.ts";
import { type Failure, failureOf, failures, retryAfterSeconds } from "./failures.ts";
import { type RawAnswer, TransportError } from "./transport.ts";

/** A 2xx answer: the upstream's own text, so that int64 ids and unknown fields reach the caller as they came. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly text: string;
  /** Where the answer is not as documented: JSON pointer and kind of fault, no values. Empty: as documented. */
  readonly drift: readonly string[];
}

/** What one attempt ended with: an answer, a final refusal, or a failure that may be worth another try. */
export type Ending =
  | { readonly kind: "answer"; readonly answer: UpstreamAnswer }
  | { readonly kind: "key-rejected"; readonly raw: RawAnswer }
  | { readonly kind: "refused"; readonly raw: RawAnswer }
  | { readonly kind: "failure"; readonly failure: Failure; readonly raw?: RawAnswer; readonly cause?: unknown };

/** Judges a raw answer by design: what is JSON is passed on, what is not is a failure. */
export const endingOf = (operation: Operation, raw: RawAnswer): Ending => {
  const { status } = raw;
  if (status === 401 || status === 403) return { kind: "key-rejected", raw };
  if (status === 400 || status === 404 || status === 409) return { kind: "refused", raw };
  const failure = failureOf(status, () => isThrottle(raw));
  if (failure) return { kind: "failure", failure, raw };
  const answer = status >= 200 && status < 300 ? readAnswer(operation, raw) : undefined;
  return answer ? { kind: "answer", answer } : { kind: "failure", failure: "unintelligible", raw };
};

/** Judges an attempt that brought no answer. Anything but a TransportError is a bug and thrown on. */
export const endingOfError = (error: unknown): Ending => {
  if (!(error instanceof TransportError)) throw error;
  return { kind: "failure", failure: failureOfAttempt(error), cause: error };
};

const failureOfAttempt = ({ reason, left, staleSocket }: TransportError): Failure => {
  if (staleSocket) return "stale-socket";
  if (!left) return "unreachable";
  return ({ network: "broken-off", timeout: "timed-out", "too-large": "unintelligible" } as const)[reason];
};

/** The error that a call which did not succeed is thrown as. */
export const errorOf = (
  ending: Exclude<Ending, { kind: "answer" }>,
  { tries, isWrite, now }: { tries: number; isWrite: boolean; now: number },
): UpstreamError => {
  const refusal = ending.raw && readRefusal(ending.raw);
  const facts: CallFacts = { tries, ...(ending.raw && { upstreamStatus: ending.raw.status }), ...refusal?.facts };
  if (ending.kind === "key-rejected") return new KeyRejected("the upstream does not accept the studio's key", facts);
  if (ending.kind === "refused") return new UpstreamRefused(ending.raw.status, refusal?.toCaller ?? {}, facts);

  const { carriedOut, told } = failures[ending.failure];
  const allFacts: CallFacts = isWrite && carriedOut === "possibly" ? { ...facts, outcome: "unknown" } : facts;
  if (told !== "busy")
    return new byWhatIsTold[told](`the upstream call failed: ${ending.failure}`, allFacts, ending.cause);
  const asked = retryAfterSeconds(ending.raw?.headers["retry-after"], now);
  return new UpstreamBusy(Math.max(asked ?? (ending.failure === "throttled" ? 60 : 5), 1), allFacts);
};

const byWhatIsTold = {
  "timed-out": UpstreamTimedOut,
  unavailable: UpstreamUnavailable,
  unintelligible: UpstreamUnintelligible,
};

/** One line of log must stay one: CloudWatch takes 256 KB. */
const mostDriftTold = 20;

const readAnswer = (operation: Operation, { status, body }: RawAnswer): UpstreamAnswer | undefined => {
  const text = decode(body);
  if (text === undefined) return undefined;
  if (operation.answer === undefined && text.trim() === "") return { status, text: "", drift: [] };
  const json = parseOrUndefined(text);
  if (json === undefined) return undefined;
  const shape = operation.answer?.safeParse(json.value);
  const drift =
    shape?.error?.issues.slice(0, mostDriftTold).map(({ path, code }) => `/${path.map(String).join("/")} ${code}`) ??
    [];
  return { status, text, drift };
};

/** A proxy's own 503 is a page or a line of text, and says nothing of when to come back. */
const isThrottle = ({ headers, body }: RawAnswer): boolean =>
  headers["retry-after"] !== undefined || body.length === 0 || parseOrUndefined(decode(body) ?? "") !== undefined;

const readRefusal = ({ body }: RawAnswer) => {
  const json = parseOrUndefined(decode(body) ?? "")?.value;
  const fields: Readonly<Record<string, unknown>> = typeof json === "object" && json !== null ? { ...json } : {};
  const text = (name: string) => {
    const value = fields[name];
    return typeof value === "string" && value !== "" ? { [name]: value } : {};
  };
  const { errorMessage: message } = text("errorMessage");
  const facts: { errorCode?: string; traceId?: string } = { ...text("errorCode"), ...text("traceId") };
  const toCaller: { message?: string; reference?: string } = { ...(message && { message }), ...text("reference") };
  return { facts, toCaller };
};

const decode = (body: Buffer): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return undefined; // not UTF-8, so not JSON (RFC 8259, 8.1): the caller of this function says so
  }
};

const parseOrUndefined = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: parseJson(text) };
  } catch {
    return undefined; // not JSON: likewise
  }
};
