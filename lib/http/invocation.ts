import type { Context } from "aws-lambda";
import * as z from "zod";
import { writeJson } from "#lib/operations/json.ts";
import type { Operation } from "#lib/operations/operation.ts";
import type { HttpAnswer, HttpEvent } from "./serving.ts";

/** What a job of the gym's own sends to a Lambda directly. IAM decides who may; no token, no gateway. */
const invocation = z.strictObject({
  invoke: z.strictObject({
    studioId: z.string().min(1),
    params: z.record(z.string(), z.string()).default({}),
    body: z.unknown().optional(),
    idempotencyKey: z.string().optional(),
    acceptLanguage: z.string().optional(),
  }),
});

/** The invocation itself is not as documented; the message names the fields. Lambda reports it to whoever invoked. */
export class InvocationInvalid extends Error {
  override readonly name = "InvocationInvalid";
}

export interface DirectInvocation {
  readonly invoke: unknown;
}

/** API Gateway writes the top level of its events itself, requestContext always: no caller over HTTP makes another. */
export const isInvocation = (event: HttpEvent | DirectInvocation): event is DirectInvocation =>
  "invoke" in event && !("requestContext" in event);

/** The studio that a direct invocation is for, and the same request as it would come over HTTP. */
export const requestOf = (
  { path }: Operation,
  event: DirectInvocation,
  { awsRequestId: requestId }: Pick<Context, "awsRequestId">,
): { readonly studioId: string; readonly request: HttpEvent } => {
  const { data, error } = invocation.safeParse(event);
  if (error) throw new InvocationInvalid(z.prettifyError(error));
  const { studioId, params, body, idempotencyKey, acceptLanguage } = data.invoke;
  const rawPath = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "");
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
      ...(body !== undefined && { body: writeJson(body) }),
      isBase64Encoded: false,
      requestContext: { requestId },
    },
  };
};

/** An answer as the invoker gets it; int64 ids stay exact in the JSON that Lambda makes of it. */
export const resultOf = ({ statusCode: status = 200, body = "" }: HttpAnswer) => ({
  status,
  body: body === "" ? null : JSON.parse(body, keepDigits),
});

const keepDigits = (_: string, value: unknown, { source = "" }: { source?: string }): unknown =>
  typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? JSON.rawJSON(source) : value;
