import type { Context } from "aws-lambda";
import * as z from "zod";
import { parseDigits } from "#lib/operations/json.ts";
import type { Operation } from "#lib/operations/operation.ts";
import type { HttpAnswer, HttpEvent } from "./serving.ts";

/** What a job of the gym's own sends to a Lambda directly. IAM decides who may; no token, no gateway. */
const invoke = z.strictObject({
  studioId: z.string().min(1, "must not be empty").max(255, "must not be longer than 255 characters"),
  params: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
  idempotencyKey: z.string().optional(),
  acceptLanguage: z.string().optional(),
});
const invocation = z.strictObject({ invoke });

/**
 * The invocation itself is not as documented. Lambda reports it to whoever invoked, and logs it: the message names
 * fields by names of ours only, and repeats nothing else of the event.
 */
export class InvocationInvalid extends Error {
  override readonly name = "InvocationInvalid";
}

/** API Gateway writes the top level of its events itself, requestContext always: no caller over HTTP makes another. */
export const isHttp = (event: unknown): event is HttpEvent =>
  typeof event === "object" && event !== null && "requestContext" in event && isObject(event.requestContext);

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

/** The studio that a direct invocation is for, and the same request as it would come over HTTP. @throws InvocationInvalid */
export const requestOf = (
  operation: Operation,
  event: unknown,
  { awsRequestId: requestId }: Pick<Context, "awsRequestId">,
): { readonly studioId: string; readonly request: HttpEvent } => {
  const { data, error } = invocation.safeParse(event, { error: wording });
  if (error) throw new InvocationInvalid(faultsIn(error, operation));
  const { studioId, params, acceptLanguage } = data.invoke;
  const body = data.invoke.body === undefined ? undefined : written(data.invoke.body);
  // Lambda repeats an asynchronous invocation that failed under the same id: a write must be known again by then.
  const idempotencyKey = data.invoke.idempotencyKey ?? (requestId ? `invocation-${requestId}` : undefined);
  const rawPath = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "");
  const headers = {
    ...(body !== undefined && { "content-type": "application/json" }),
    ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
    ...(acceptLanguage !== undefined && { "accept-language": acceptLanguage }),
  };
  return {
    studioId,
    request: {
      rawPath,
      headers,
      pathParameters: params,
      ...(body !== undefined && { body }),
      isBase64Encoded: false,
      requestContext: { requestId },
    },
  };
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

/** As many as a message lists. */
const mostTold = 10;

/** The faults in words. A name is told only if it is one of ours: any other may be a member's data in the wrong place. */
const faultsIn = ({ issues }: z.ZodError, { params, body }: Operation): string => {
  const ours = new Set<PropertyKey>([
    "invoke",
    ...[invoke, params, body].flatMap((each) => Object.keys(each?.shape ?? {})),
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
  const told = [...new Set(faults)].slice(0, mostTold).join("; ");
  return `${told}. Send {"invoke":{${Object.keys(invoke.shape).join(", ")}}}, of which only studioId is required.`;
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

/** Lambda's runtime has rounded such a number by now: it may be the id of another contract. */
const exact = (_: string, value: unknown): unknown => {
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  throw new InvocationInvalid("invoke.body holds a whole number beyond 2^53, which Lambda cannot read exactly");
};

/** An answer as the invoker gets it; int64 ids stay exact in the JSON that Lambda makes of it. */
export const resultOf = ({ statusCode: status = 200, body = "" }: HttpAnswer) => ({
  status,
  body: body === "" ? null : parseDigits(body),
});
