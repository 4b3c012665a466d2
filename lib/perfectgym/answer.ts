import { parseJson, pointerOf } from "#lib/operations/json.ts";
import type { Operation } from "#lib/operations/operation.ts";
import { endings, type Failure, failureOfStatus, parseRetryAfter } from "./endings.ts";
import { type CallFacts, type Refusal, UpstreamBusy, UpstreamError, UpstreamRefused } from "./errors.ts";
import { type RawAnswer, TransportError } from "./transport.ts";

/** A 2xx answer. */
export interface UpstreamAnswer {
  readonly status: number;
  /** The upstream's own text: int64 ids and unknown fields reach the caller unchanged. */
  readonly text: string;
  /** `text` as `parseJson` reads it; undefined where it is empty. */
  readonly json: unknown;
  /** Where the answer is not as documented: JSON pointer and kind of fault, no values. Empty: as documented. */
  readonly drift: readonly string[];
}

/** How one attempt ended, by its name in endings.ts. */
export type Ending = { readonly name: "accepted"; readonly answer: UpstreamAnswer } | FailedEnding;

export interface FailedEnding {
  readonly name: Failure;
  /** Absent: no whole answer came. */
  readonly raw?: RawAnswer;
  /** Present: the answer has the upstream's own error body. */
  readonly errorBody?: ErrorBody | undefined;
  readonly cause?: unknown;
}

/** Judges a raw answer by its status and body, whatever its content-type says. */
export const endingOf = (operation: Operation, raw: RawAnswer): Ending => {
  const { status } = raw;
  if (status >= 400) return endingOfStatus(raw);
  const answer = status >= 200 && status < 300 ? readAnswer(operation, raw) : undefined;
  return answer ? { name: "accepted", answer } : { name: "invalid-answer", raw };
};

const endingOfStatus = (raw: RawAnswer): FailedEnding => {
  const errorBody = errorBodyIn(raw);
  const isUpstream = errorBody !== undefined;
  const name = failureOfStatus(raw.status, {
    isUpstream,
    shedsLoad: () => isUpstream || raw.body.length === 0 || raw.headers["retry-after"] !== undefined,
    checksKey: () => isUpstream || !(isPage(raw) || isLoginPrompt(raw)),
  });
  return { name, raw, errorBody };
};

/** Judges an attempt that brought no whole answer. @throws anything but a TransportError: that is a bug */
export const endingOfError = (error: unknown): FailedEnding => {
  if (error instanceof TransportError) return { name: error.code, cause: error };
  throw error;
};

/** The error of a failed call. A failure that leaves a write in doubt adds `outcome`. */
export const errorOf = (
  { name, raw, errorBody, cause }: FailedEnding,
  { attempts, isWrite, now }: { attempts: number; isWrite: boolean; now: number },
): UpstreamError => {
  const ending = endings[name];
  const facts: CallFacts = {
    attempts,
    ...(raw && { upstreamStatus: raw.status }),
    ...errorBody?.facts,
    ...(isWrite && ending.carriedOut === "possibly" && { outcome: "unknown" }),
  };
  if (raw && (name === "refused" || name === "forbidden"))
    return new UpstreamRefused(raw.status, errorBody?.refusal ?? {}, facts);
  if (!("retryAfterSeconds" in ending))
    return new UpstreamError(ending.code, `the upstream call failed: ${name}`, facts, cause);
  const seconds = parseRetryAfter(raw?.headers["retry-after"], now) ?? ending.retryAfterSeconds;
  return new UpstreamBusy(Math.max(seconds, 1), facts);
};

/** The log gets no more: CloudWatch takes lines of up to 256 KB. */
const maxDrift = 20;

/** How many items of each list are checked for drift. Millions of wrong ones would take a minute. */
const sampleSize = 100;

/** Documented answers nest less deeply: contracts, their prices, the parts of those. */
const sampleDepth = 8;

const sampleOf = (value: unknown, depth = sampleDepth): unknown => {
  if (typeof value !== "object" || value === null || depth === 0) return value;
  if (Array.isArray(value)) return value.slice(0, sampleSize).map((item) => sampleOf(item, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, sampleOf(item, depth - 1)]));
};

/** A Lambda's answer ends at 6 MB. There the text is a JSON string, whose escapes count. */
const maxStringBytes = 6_000_000;

// A character takes at most 6 bytes: most texts need no measuring.
const isSendable = (text: string): boolean =>
  text.length * 6 <= maxStringBytes || Buffer.byteLength(JSON.stringify(text)) <= maxStringBytes;

/** Undefined: not a valid answer. Where no content is documented, a text that is not JSON is dropped: callers parse JSON. */
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
  const issues = shape?.error?.issues.slice(0, maxDrift) ?? [];
  const drift = issues.map(({ path, code }) => `${pointerOf(path)} ${code}`.trimStart());
  return { status, text, json: json.value, drift };
};

/** HTML or XML: from a web server, a firewall or a file store. */
const isPage = ({ body }: RawAnswer): boolean => /^\s*</.test(new TextDecoder().decode(body));

/** From a proxy, which does not check the studio's key: that travels in a header of its own. */
const isLoginPrompt = ({ headers }: RawAnswer): boolean =>
  /(^|,)\s*(basic|digest|negotiate|ntlm)\b/i.test(headers["www-authenticate"] ?? "");

interface ErrorBody {
  readonly facts: Pick<CallFacts, "errorCode" | "traceId">;
  readonly refusal: Refusal;
}

/** The upstream's own error body. It alone has `errorMessage`, so undefined means that something else answered. */
const errorBodyIn = ({ body }: RawAnswer): ErrorBody | undefined => {
  const json = parseOrUndefined(decode(body) ?? "")?.value;
  if (typeof json !== "object" || json === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...json };
  const text = (name: string) => {
    const value = fields[name];
    return typeof value === "string" && value.trim() !== "" ? { [name]: value } : {};
  };
  const { errorMessage: message } = text("errorMessage");
  if (message === undefined) return undefined;
  return {
    facts: { ...text("errorCode"), ...text("traceId") },
    refusal: { message, ...text("reference") },
  };
};

const utf8 = new TextDecoder("utf-8", { fatal: true });

const decode = (body: Buffer): string | undefined => {
  try {
    return utf8.decode(body);
  } catch {
    return undefined; // not UTF-8, so not JSON (RFC 8259, 8.1)
  }
};

const parseOrUndefined = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: parseJson(text) };
  } catch {
    return undefined; // not JSON
  }
};
