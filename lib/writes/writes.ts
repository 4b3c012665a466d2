import * as z from "zod";
import { stableId, type WriteEvent } from "#lib/events/events.ts";
import type { Admitted } from "#lib/http/serve.ts";
import type { HttpAnswer, LiveWrites } from "#lib/http/serving.ts";
import { writeJson } from "#lib/operations/json.ts";
import type { Operation } from "#lib/operations/operation.ts";
import type { StudioSettings } from "#lib/perfectgym/studios.ts";
import { type Fault, RequestInvalid } from "#lib/problems/types.ts";
import type { Claim } from "./claim.ts";
import type { WriteEnd } from "./writer.ts";

/** A write that is ours to carry out, and its request. */
export interface ClaimedWrite extends Admitted {
  readonly operation: Operation;
  readonly claim: Claim;
}

const fields = z.record(z.string(), z.unknown());

/** The body with what the studio wants where the caller left it out. @throws RequestInvalid where it wants nothing */
export const completed = async (
  { write }: Operation,
  body: unknown,
  defaults: () => Promise<StudioSettings>,
): Promise<unknown> => {
  const given = fields.safeParse(body).data ?? {};
  const missing = Object.entries(write?.studioDefaults ?? {}).filter(([field]) => given[field] === undefined);
  if (missing.length === 0) return body;
  const values = await defaults();
  const faults = missing.flatMap(([field, name]): Fault[] =>
    values[name] === undefined
      ? [{ in: "body", pointer: `/${field}`, detail: "is required: the studio has no default for it" }]
      : [],
  );
  if (faults.length > 0) throw new RequestInvalid(faults);
  return { ...given, ...Object.fromEntries(missing.map(([field, name]) => [field, values[name]])) };
};

/** Whose write it is and to what: the same Idempotency-Key means another write for anyone and anything else. */
export const scopeOf = ({ id }: Operation, { principal, input }: Admitted): (string | null)[] => [
  principal.clientId,
  principal.member ?? null,
  principal.studioId,
  id,
  ...Object.values(input.params),
];

interface Ended {
  /** In the table of writes. */
  readonly writeId: string;
  readonly receivedAt: number;
  readonly outcome: "accepted" | "unknown";
  /** The upstream's, parsed. */
  readonly answer?: unknown;
}

/** The event of a write: whose, what, when and how it ended, by ids alone. */
export const eventOf = (
  { id, write }: Operation,
  { principal, input, record }: Admitted,
  { writeId, receivedAt, outcome, answer }: Ended,
): WriteEvent => {
  if (!write) throw new TypeError(`${id} has no rules for writes`);
  const { clientId, studioId } = principal;
  const { params, body } = input;
  const { customerId = "" } = params;
  const { contractId, amendmentId } = write.eventIds({ params, body }, answer);
  return {
    type: write.event,
    detail: {
      eventId: stableId(writeId, receivedAt, outcome),
      outcome,
      receivedAt: new Date(receivedAt).toISOString(),
      operation: id,
      clientId,
      requestId: record.requestId,
      studioId,
      customerId,
      ...(contractId !== undefined && { contractId: String(contractId) }),
      ...(amendmentId !== undefined && { amendmentId: String(amendmentId) }),
    },
  };
};

const keptAnswer = z.object({ status: z.int(), type: z.string(), body: z.string() });

/** An answer as it is kept for a repeat of the request. */
export const keep = ({ statusCode: status = 200, headers, body = "" }: HttpAnswer): string =>
  JSON.stringify({ status, type: String(headers?.["content-type"] ?? ""), body });

/** The answer to a repeat. */
export const kept = (text: string): HttpAnswer => {
  const { status, type, body } = keptAnswer.parse(JSON.parse(text));
  const replayed = { "idempotent-replayed": "true" };
  return { statusCode: status, headers: { ...(type && { "content-type": type }), ...replayed }, body };
};

/** The upstream's answer and, where the operation has one, the receipt. Its own bytes stay as they are. */
export const withReceipt = async (
  { operation, principal: { studioId }, input, record, deadline, claim }: ClaimedWrite,
  { status, text, seenIn }: Extract<WriteEnd, { kind: "accepted" }>,
  { writer, now }: LiveWrites,
): Promise<HttpAnswer> => {
  const headers = { "content-type": "application/json" };
  if (!operation.write?.receipt) return { statusCode: status, ...(text && { headers, body: text }) };
  const { params, headers: passedOn } = input;
  const call = { studioId, params, headers: passedOn, budgetMs: deadline - now() };
  const data = seenIn ?? (await writer.readBack(operation, call));
  if (data === undefined) record.note({ receipt: "status-unknown" });
  const receipt = writeJson({
    receivedAt: new Date(claim.receivedAt).toISOString(),
    requestId: record.requestId,
    studioId,
    ...operation.write.receipt({ params, body: input.body }, data),
  });
  return { statusCode: status, headers, body: spliced(text, receipt) };
};

/** Adds a member to the end of a JSON object without parsing it: what stands there stays byte by byte. */
const spliced = (text: string, receipt: string): string => {
  const object = text.trim();
  const members = object.startsWith("{") ? object.slice(1, -1).trimEnd() : "";
  return `{${members}${members === "" ? "" : ","}"receipt":${receipt}}`;
};
