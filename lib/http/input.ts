import type * as z from "zod/mini";
import type { Document } from "#lib/operations/document.ts";
import { type doubledNames, pointerOf } from "#lib/operations/json.ts";
import { type Ids, isWrite, type Operation } from "#lib/operations/operation.ts";
import { type Fault, RequestInvalid, RequestRefused } from "#lib/problems/types.ts";
import { keyLength, parseIdempotencyKey } from "./idempotency-key.ts";
import type { Read } from "./serving.ts";

/** What a schema made of a part of a request, or the faults of that part. `more` counts those that are not listed. */
export type Part<Value> =
  | { readonly isValid: true; readonly value: Value }
  | { readonly isValid: false; readonly faults: readonly Fault[]; readonly more?: number };

/** What a request holds apart from its path and headers. */
export interface Content<Body> {
  readonly body: Part<Body>;
  readonly document: Part<Document | undefined>;
}

export interface Parts<Params, Body> extends Content<Body> {
  readonly params: Part<Params>;
  readonly query: Part<undefined>;
  readonly headers: Part<Read["headers"]>;
  readonly idempotencyKey: Part<string | undefined>;
}

export const valid = <Value>(value: Value): Part<Value> => ({ isValid: true, value });

export const invalid = (...faults: readonly Fault[]) => ({ isValid: false, faults }) as const;

/** The part, or its faults and these. */
export const withFaults = <Value>(part: Part<Value>, faults: readonly Fault[]): Part<Value> =>
  faults.length === 0 ? part : { ...invalid(...(part.isValid ? [] : part.faults), ...faults) };

/** The part, with its faults below `pointer`. */
export const under = <Value>(pointer: string, part: Part<Value>): Part<Value> =>
  part.isValid
    ? part
    : { ...part, faults: part.faults.map((fault) => ({ ...fault, pointer: pointer + fault.pointer })) };

/** Joins the parts. @throws RequestInvalid with the faults of all parts */
export const joined = <Params extends Ids, Body>({
  params,
  query,
  headers,
  idempotencyKey,
  body,
  document,
}: Parts<Params, Body>): Read<Params, Body> => {
  const isContentValid = body.isValid && document.isValid;
  if (params.isValid && query.isValid && headers.isValid && idempotencyKey.isValid && isContentValid)
    return {
      params: params.value,
      body: body.value,
      document: document.value,
      headers: headers.value,
      idempotencyKey: idempotencyKey.value,
    };
  const parts = [params, query, headers, idempotencyKey, body, document].filter((part) => !part.isValid);
  const more = parts.reduce((sum, part) => sum + (part.more ?? 0), 0);
  throw new RequestInvalid(
    parts.flatMap(({ faults }) => faults),
    more,
  );
};

/** Of an operation's JSON, in bytes. */
export const bodyLimitOf = ({ largestBodyBytes = 64 * 1024 }: Operation): number => largestBodyBytes;

/** Both in bytes. @param pointer to the part of a form @throws RequestRefused */
export const checkSize = (limit: number, bytes: number, pointer?: string): void => {
  if (bytes <= limit) return;
  const faults: readonly Fault[] =
    pointer === undefined ? [] : [{ in: "body", pointer, detail: `must be at most ${limit} bytes` }];
  throw new RequestRefused("body-too-large", `the body is larger than ${limit} bytes`, faults);
};

export const readParams = <Params extends Ids>({ params }: Operation<Params>, given: unknown): Part<Params> => {
  const { data, error } = params.safeParse(given, { error: wording });
  return error ? invalid(...faultsOf(error, "path")) : valid(data);
};

/** The headers that the upstream gets. */
export const readHeaders = (given: {
  readonly "accept-language"?: string | undefined;
  readonly traceparent: string;
}): Part<Read["headers"]> => {
  const { "accept-language": language, traceparent } = given;
  if (language !== undefined && !/^[\x20-\x7e]{0,255}$/.test(language))
    return invalid({
      in: "header",
      pointer: "/accept-language",
      detail: "must be at most 255 printable ASCII characters",
    });
  return valid({ ...(language && { "accept-language": language }), traceparent });
};

/** A read needs no key, but some clients send one with every request: it is ignored. */
export const readKey = (operation: Operation, header: string | undefined): Part<string | undefined> => {
  if (!isWrite(operation) || header === undefined) return valid(undefined);
  const key = parseIdempotencyKey(header);
  const detail = `must be ${keyLength.least} to ${keyLength.most} printable ASCII characters, preferably a UUID in double quotes`;
  return key === undefined ? invalid({ in: "header", pointer: "/idempotency-key", detail }) : valid(key);
};

export interface SentBody {
  /** If an operation takes no body: whether the caller sent none, or one that holds no data. */
  readonly isNothing: boolean;
  readonly isAbsent: boolean;
  /** The JSON, and the names that one of its objects has twice. Undefined: malformed. */
  readonly parse: () => { readonly value: unknown; readonly doubled: ReturnType<typeof doubledNames> } | undefined;
}

export const readBody = <Body>({ body: schema }: Operation<Ids, Body>, sent: SentBody): Part<Body> => {
  const whole = (detail: string) => invalid({ in: "body", pointer: "", detail });
  // Without a schema, the operation's Body is undefined: see readOperation and writeOperation.
  if (!schema)
    return sent.isNothing ? valid(undefined as Body) : whole("must be left out: this operation takes no body");
  if (sent.isAbsent) return whole("is required: send a JSON object");
  const parsed = sent.parse();
  if (!parsed) return whole("is not well-formed JSON in UTF-8");
  if (parsed.value === null) return whole("must be a JSON object, not null");
  const given = schema.safeParse(parsed.value, { error: wording });
  const { paths, more } = parsed.doubled;
  if (given.success && paths.length === 0) return valid(given.data);
  const doubled = paths.map(
    (path): Fault => ({ in: "body", pointer: pointerOf(path), detail: "appears more than once" }),
  );
  return { isValid: false, faults: [...doubled, ...(given.success ? [] : faultsOf(given.error, "body"))], more };
};

const faultsOf = (error: z.core.$ZodError, where: Fault["in"]): readonly Fault[] =>
  error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          in: where,
          pointer: pointerOf([...issue.path, key]),
          detail: "is an unknown field",
        }))
      : [{ in: where, pointer: pointerOf(issue.path), detail: issue.message }],
  );

/** Says what is wanted, never what was given. The schemas' own messages take precedence. */
const wording: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined || issue.input === null) return "is required";
  if (issue.code === "invalid_type") return `must be of type ${issue.expected}`;
  if (issue.code === "invalid_value") return `must be one of ${issue.values.join(", ")}`;
  return undefined;
};
