import { parseJson } from "#lib/operations/json.ts";
import type { Operation } from "#lib/operations/operation.ts";
import { type Failure, failures, meaningOf, parseRetryAfter } from "./endings.ts";
import {
  type CallFacts,
  KeyRejected,
  UpstreamBusy,
  type UpstreamError,
  UpstreamForbidden,
  UpstreamRefused,
  UpstreamTimedOut,
  UpstreamUnavailable,
  UpstreamUnintelligible,
} from "./errors.ts";
import { type RawAnswer, TransportError } from "./transport.ts";

/** A 2xx answer: the upstream's own text, so that int64 ids and unknown fields reach the caller as they came. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly text: string;
  /** `text` as `parseJson` reads it; undefined where it is empty. */
  readonly json: unknown;
  /** Where the answer is not as documented: JSON pointer and kind of fault, no values. Empty: as documented. */
  readonly drift: readonly string[];
}

/** What one attempt ended with: an answer, a final refusal, or a failure that may be worth another try. */
export type Ending =
  | { readonly kind: "answer"; readonly answer: UpstreamAnswer }
  | { readonly kind: "key-rejected"; readonly raw: RawAnswer }
  | { readonly kind: "refused"; readonly raw: RawAnswer }
  | { readonly kind: "failure"; readonly failure: Failure; readonly raw?: RawAnswer; readonly cause?: unknown };

/** Judges a raw answer by its body, whatever its content-type says: only the upstream itself answers or refuses. */
export const endingOf = (operation: Operation, raw: RawAnswer): Ending => {
  const { status } = raw;
  if (status >= 400) return endingOfRefusal(raw);
  const answer = status >= 200 && status < 300 ? readAnswer(operation, raw) : undefined;
  return answer ? { kind: "answer", answer } : { kind: "failure", failure: "unintelligible", raw };
};

const endingOfRefusal = (raw: RawAnswer): Ending => {
  const isOwn = refusalIn(raw) !== undefined;
  const meaning = meaningOf(raw.status, {
    isOwn,
    isThrottle: () => isOwn || raw.body.length === 0 || raw.headers["retry-after"] !== undefined,
    isKeyCheck: () => isOwn || !(isPage(raw) || asksForLogin(raw)),
  });
  if (meaning === "refused" || meaning === "key-rejected") return { kind: meaning, raw };
  return { kind: "failure", failure: meaning, raw };
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
  { attempts, isWrite, now }: { attempts: number; isWrite: boolean; now: number },
): UpstreamError => {
  const refusal = ending.raw && refusalIn(ending.raw);
  const facts: CallFacts = { attempts, ...(ending.raw && { upstreamStatus: ending.raw.status }), ...refusal?.facts };
  if (ending.kind === "key-rejected") return new KeyRejected("the upstream rejected the studio's key", facts);
  if (ending.kind === "refused") {
    const { status } = ending.raw;
    const Refused = status === 403 ? UpstreamForbidden : UpstreamRefused;
    return new Refused(status, refusal?.toCaller ?? {}, facts);
  }

  const { carriedOut, told } = failures[ending.failure];
  const allFacts: CallFacts = isWrite && carriedOut === "possibly" ? { ...facts, outcome: "unknown" } : facts;
  if (told !== "busy")
    return new byWhatIsTold[told](`the upstream call failed: ${ending.failure}`, allFacts, ending.cause);
  const asked = parseRetryAfter(ending.raw?.headers["retry-after"], now);
  return new UpstreamBusy(Math.max(asked ?? (ending.failure === "throttled" ? 60 : 5), 1), allFacts);
};

const byWhatIsTold = {
  "timed-out": UpstreamTimedOut,
  unavailable: UpstreamUnavailable,
  unintelligible: UpstreamUnintelligible,
};

/** One line of log must stay one: CloudWatch takes 256 KB. */
const mostDriftTold = 20;

/** How many items of a list are looked at for drift: to judge millions of wrong ones would take a minute. */
const sampleSize = 100;

/** Contracts, their prices and those prices' parts: no documented answer nests deeper. */
const sampleDepth = 8;

const sampleOf = (value: unknown, depth = sampleDepth): unknown => {
  if (typeof value !== "object" || value === null || depth === 0) return value;
  if (Array.isArray(value)) return value.slice(0, sampleSize).map((item) => sampleOf(item, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, sampleOf(item, depth - 1)]));
};

/** In bytes: a Lambda's answer ends at 6 MB, in which this text is a string of JSON, escapes and all. */
const largestAsString = 6_000_000;

const isSendable = (text: string): boolean =>
  text.length * 6 <= largestAsString || Buffer.byteLength(JSON.stringify(text)) <= largestAsString;

/** Where no content is documented, the status is the answer. What is not JSON is then left out, for callers parse JSON. */
const readAnswer = (operation: Operation, raw: RawAnswer): UpstreamAnswer | undefined => {
  const { status, body } = raw;
  const text = decode(body) ?? "";
  const json = parseOrUndefined(text);
  if (json === undefined)
    return operation.answer === undefined && !isPage(raw)
      ? { status, text: "", json: undefined, drift: [] }
      : undefined;
  if (!isSendable(text)) return undefined;
  const shape = operation.answer?.safeParse(sampleOf(json.value));
  const drift =
    shape?.error?.issues.slice(0, mostDriftTold).map(({ path, code }) => `/${path.map(String).join("/")} ${code}`) ??
    [];
  return { status, text, json: json.value, drift };
};

/** HTML or XML: of a web server, a firewall or a store of files. */
const isPage = ({ body }: RawAnswer): boolean => /^\s*</.test(new TextDecoder().decode(body));

/** A proxy's login has nothing to do with the studio's key, which travels in a header of its own. */
const asksForLogin = ({ headers }: RawAnswer): boolean =>
  /(^|,)\s*(basic|digest|negotiate|ntlm)\b/i.test(headers["www-authenticate"] ?? "");

/** The upstream's own error body, by the one field that nobody else writes; undefined where somebody else speaks. */
const refusalIn = ({ body }: RawAnswer) => {
  const json = parseOrUndefined(decode(body) ?? "")?.value;
  if (typeof json !== "object" || json === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...json };
  const text = (name: string) => {
    const value = fields[name];
    return typeof value === "string" && value.trim() !== "" ? { [name]: value } : {};
  };
  const { errorMessage: message } = text("errorMessage");
  if (message === undefined) return undefined;
  const facts: { errorCode?: string; traceId?: string } = { ...text("errorCode"), ...text("traceId") };
  const toCaller: { message: string; reference?: string } = { message, ...text("reference") };
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
