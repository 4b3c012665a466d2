import * as z from "zod/mini";
import { parseDigits } from "#lib/operations/json.ts";
import type { Ids, Operation } from "#lib/operations/operation.ts";
import { readDocument } from "./document.ts";
import {
  bodyLimitOf,
  type Content,
  checkSize,
  invalid,
  joined,
  readBody,
  readHeaders,
  readKey,
  readParams,
  under,
  valid,
} from "./input.ts";
import { saysNothing } from "./json-body.ts";
import type { Arrival, HttpAnswer, HttpEvent, Principal, Read } from "./serving.ts";

const document = z.strictObject({ filename: z.optional(z.string()), base64: z.string() });

/** What a job of the gym itself sends to a Lambda directly, without token and gateway. IAM decides who may. */
const invoke = z.strictObject({
  studioId: z
    .string()
    .check(z.minLength(1, "must not be empty"), z.maxLength(255, "must not be longer than 255 characters")),
  params: z._default(z.record(z.string(), z.string()), {}),
  body: z.optional(z.unknown()),
  document: z.optional(document),
  idempotencyKey: z.optional(z.string()),
  acceptLanguage: z.optional(z.string()),
});
const invocation = z.strictObject({ invoke });

/**
 * The invocation is not as documented. Lambda reports the message to the invoker and logs it, so it names only fields
 * that this gateway knows, and repeats nothing else of the event.
 */
export class InvocationInvalid extends Error {
  override readonly name = "InvocationInvalid";
}

/** API Gateway writes the top level of its events itself, always with requestContext: no caller over HTTP can avoid it. */
export const isHttp = (event: unknown): event is HttpEvent =>
  typeof event === "object" && event !== null && "requestContext" in event && isObject(event.requestContext);

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

/** A direct invocation as documented. */
export interface Invocation extends Omit<z.infer<typeof invoke>, "body"> {
  /** Undefined: none. `text` is the same as JSON. */
  readonly body?: { readonly value: unknown; readonly text: string };
}

/** @throws InvocationInvalid */
export const parseInvocation = (operation: Operation, event: unknown): Invocation => {
  const { data, error } = invocation.safeParse(event, { error: wording });
  if (error) throw new InvocationInvalid(faultsIn(error, operation));
  const { body: value, ...rest } = data.invoke;
  return { ...rest, ...(value !== undefined && { body: { value, text: written(value) } }) };
};

/** A job of the gym itself, for any member: IAM allowed it to invoke the Lambda. */
export const serviceOf = ({
  event: { studioId },
  record,
}: Pick<Arrival<Invocation>, "event" | "record">): Principal => {
  const principal = { clientId: "service", studioId };
  record.note(principal);
  return principal;
};

/** Reads the parts of a direct invocation. @throws RequestInvalid with every fault, RequestRefused */
export const readInvocation = <Params extends Ids, Body>(
  operation: Operation<Params, Body>,
  { event, record, traceparent }: Pick<Arrival<Invocation>, "event" | "record" | "traceparent">,
): Read<Params, Body> => {
  const { params, body, document, idempotencyKey, acceptLanguage } = event;
  const { value, text = "" } = body ?? {};
  checkSize(bodyLimitOf(operation), Buffer.byteLength(text));
  const parse = () => ({ value, doubled: { paths: [], more: 0 } });
  return joined({
    params: readParams(operation, params),
    query: valid(undefined),
    headers: readHeaders({ "accept-language": acceptLanguage, traceparent }),
    // Lambda repeats an asynchronous invocation that failed under the same id: the write must have the same key then.
    // Without an id, as some tools invoke, no two writes may share a key.
    idempotencyKey: readKey(
      operation,
      idempotencyKey ?? (record.requestId ? `invocation-${record.requestId}` : undefined),
    ),
    body: under(
      operation.document ? "/data" : "",
      readBody(operation, { isAbsent: body === undefined, isNothing: saysNothing(text), parse }),
    ),
    document: documentIn(operation, document),
  });
};

/** Its faults are named as those of a form. */
const documentIn = ({ document: rules }: Operation, sent: Invocation["document"]): Content<unknown>["document"] => {
  const wrong = (detail: string) => invalid({ in: "body", pointer: "/document", detail });
  if (!sent) return valid(undefined);
  if (!rules) return wrong("must be left out: this operation takes no document");
  const { base64, filename } = sent;
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64))
    return wrong("must be in base64 (RFC 4648, 4), with its padding and without line breaks");
  return readDocument(rules, { filename, bytes: Buffer.from(base64, "base64") });
};

const kindOf = (value: unknown): string => {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
};

const wording: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined) return "is required";
  if (issue.code !== "invalid_type") return undefined;
  const wanted = issue.expected === "record" ? "object" : issue.expected;
  const hint = wanted === "object" && typeof issue.input === "string" ? ", perhaps encoded twice" : "";
  return `must be of type ${wanted}, not ${kindOf(issue.input)}${hint}`;
};

/** A message lists no more. */
const mostListed = 10;

/** The faults in words. Unknown names are left out: they may be a member's data in the wrong place. */
const faultsIn = ({ issues }: z.core.$ZodError, { params, body }: Operation): string => {
  const ours = new Set<PropertyKey>([
    "invoke",
    ...[invoke, params, body, document].flatMap((each) => Object.keys(each?.shape ?? {})),
  ]);
  const nameOf = (path: readonly PropertyKey[]) =>
    path.map((name) => (ours.has(name) ? String(name) : "*")).join(".") || "the event";
  const faults = issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") return [`${nameOf(issue.path)} ${issue.message}`];
    const known = issue.keys.filter((key) => ours.has(key));
    const others = issue.keys.length - known.length;
    return [
      ...known.map((key) => `${nameOf([...issue.path, key])} is an unknown field`),
      ...(others > 0 ? [`${nameOf(issue.path)} has ${others} unknown field(s)`] : []),
    ];
  });
  const listed = [...new Set(faults)].slice(0, mostListed).join("; ");
  return `${listed}. Send {"invoke":{${Object.keys(invoke.shape).join(", ")}}}, of which only studioId is required.`;
};

/** @throws InvocationInvalid */
const written = (body: unknown): string => {
  try {
    return JSON.stringify(body, exact);
  } catch (error) {
    if (error instanceof RangeError) throw new InvocationInvalid("invoke.body is nested too deeply");
    throw error;
  }
};

/** Lambda's runtime has already rounded such a number: it may now be the id of another contract. */
const exact = (_: string, value: unknown): unknown => {
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  throw new InvocationInvalid("invoke.body holds a whole number beyond 2^53, which Lambda cannot read exactly");
};

/**
 * An answer as the invoker gets it. Lambda writes the JSON itself, so the text must be parsed: `JSON.rawJSON` takes no
 * objects. int64 ids stay exact.
 */
export const resultOf = ({ statusCode: status = 200, body = "" }: HttpAnswer) => ({
  status,
  body: body === "" ? null : parseDigits(body),
});
