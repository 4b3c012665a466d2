import * as z from "zod/mini";
import type { HttpAnswer, Input } from "#lib/http/serving.ts";
import { parseJson, writeJson } from "#lib/operations/json.ts";
import type { WriteRules } from "#lib/operations/operation.ts";

const keptAnswer = z.object({ status: z.int(), type: z.string(), body: z.string() });

/** In bytes. DynamoDB keeps 400 KB in an item. A larger answer is not kept, and a repeat reads the data instead. */
const largestKept = 380_000;

/** An answer as the table keeps it for a repeat. Undefined if it is too large. */
export const keep = (
  { statusCode: status = 200, headers, body = "" }: HttpAnswer,
  notKept: readonly string[] = [],
): string | undefined => {
  const type = String(headers?.["content-type"] ?? "");
  const text = JSON.stringify({ status, type, body: without(notKept, body) });
  return Buffer.byteLength(text) <= largestKept ? text : undefined;
};

/** The JSON object without these fields. Text that has none of them stays byte by byte. */
const without = (fields: readonly string[], text: string): string => {
  const object =
    fields.length > 0 && text !== "" ? z.record(z.string(), z.unknown()).safeParse(parseJson(text)).data : {};
  if (!object || !fields.some((field) => Object.hasOwn(object, field))) return text;
  return writeJson(Object.fromEntries(Object.entries(object).filter(([name]) => !fields.includes(name))));
};

/** The answer to a repeat. */
export const kept = (text: string): HttpAnswer => {
  const { status, type, body } = keptAnswer.parse(JSON.parse(text));
  const replayed = { "idempotent-replayed": "true" };
  return { statusCode: status, headers: { ...(type && { "content-type": type }), ...replayed }, body };
};

interface Received {
  /** In milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly requestId: string;
  readonly studioId: string;
}

/** A receipt (section 312k (4) BGB for cancelations). `data` is what was read back, undefined if that failed. */
export const receiptOf = (
  receipt: NonNullable<WriteRules["receipt"]>,
  { input, data }: { input: Input; data: unknown },
  { receivedAt, requestId, studioId }: Received,
): Readonly<Record<string, unknown>> => ({
  receivedAt: new Date(receivedAt).toISOString(),
  requestId,
  studioId,
  ...receipt({ params: input.params, body: input.body, receivedAt }, data),
});

/**
 * Adds the receipt as the last member of the upstream's JSON object. The bytes before it do not change, unless the upstream
 * has a field of the same name: JSON with a name twice would be read in two ways.
 */
export const withReceipt = (text: string, receipt: Readonly<Record<string, unknown>>): string => {
  const object = without(["receipt"], text).trim();
  const members = object.startsWith("{") ? object.slice(1, -1).trimEnd() : "";
  return `{${members}${members === "" ? "" : ","}"receipt":${writeJson(receipt)}}`;
};
