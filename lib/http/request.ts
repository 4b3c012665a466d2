import type * as z from "zod";
import { doubledNames, parseJson, pointerOf } from "#lib/operations/json.ts";
import { type Operation, pathOf } from "#lib/operations/operation.ts";
import { type Fault, mostFaults, RequestInvalid, RequestRefused } from "#lib/problems/types.ts";
import { keyLength, parseIdempotencyKey } from "#lib/writes/key.ts";
import type { HttpEvent, Input, Middleware } from "./serving.ts";

/** In bytes, where the operation names no other. */
const bodyLimit = 64 * 1024;

/** Reads path, query, headers and body. @throws RequestInvalid with every fault, RequestRefused */
const inputOf = (operation: Operation, event: HttpEvent): Input => {
  const bytes = bodyOf(event);
  const limit = operation.largestBodyBytes ?? bodyLimit;
  if (bytes.length > limit) throw new RequestRefused("body-too-large", `the body is larger than ${limit} bytes`);
  const isNothing = operation.body ? bytes.length === 0 : saysNothing(bytes);
  if (!isNothing && !isJson(event.headers["content-type"]))
    throw new RequestRefused("media-type-unsupported", "the body is not JSON");

  const path = readPath(operation, event);
  const body = readBody(operation, bytes);
  const headers = readHeaders(event.headers);
  const key = readKey(operation, event.headers["idempotency-key"]);
  const faults = [...path.faults, ...queryFaults(event), ...headers.faults, ...key.faults, ...body.faults];
  if (faults.length > 0) throw new RequestInvalid(faults, body.more);
  const { params } = path;
  return { params, headers: headers.passedOn, idempotencyKey: key.key, ...(operation.body && { body: body.value }) };
};

/** Leaves the parsed input for the handler. */
export const parseRequest = (operation: Operation): Middleware => ({
  before: ({ event, context }) => {
    context.serving.input = inputOf(operation, event);
  },
});

const bodyOf = ({ body, isBase64Encoded }: HttpEvent): Buffer =>
  Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");

/** What clients send that cannot send no body at all. */
const saysNothing = (bytes: Buffer): boolean =>
  ["", "{}", "[]", "null", '""'].includes(bytes.toString("utf8").replace(/\s/g, ""));

/** JSON by any of its names, which some clients send twice, in UTF-8. Other parameters have no meaning (RFC 8259, 11). */
const isJson = (contentType = ""): boolean => contentType.split(",").every(isJsonType);

const isJsonType = (mediaType: string): boolean => {
  const [type = "", ...parameters] = mediaType.split(";").map((part) => part.trim().toLowerCase());
  const isUtf8 = parameters.every((each) => !/^charset\b/.test(each) || /^charset="?(utf-?8|us-ascii)"?$/.test(each));
  return isUtf8 && /^(application|text)\/json$|^application\/[\w.-]+\+json$/.test(type);
};

const readPath = (operation: Operation, event: HttpEvent) => {
  const given = operation.params.safeParse(event.pathParameters ?? {}, { error: wording });
  if (!given.success) return { params: {}, faults: faultsOf(given.error, "path") };
  const ids: Record<string, string> = Object.fromEntries(
    Object.entries(given.data).map(([name, id]) => [name, String(id)]),
  );
  // Another spelling of the same path (%31000 for 1000) is how access rules are walked around: there is one.
  const isCanonical = event.rawPath.endsWith(pathOf(operation, ids));
  const detail = `must be written as ${operation.path}, without percent-encoding`;
  return { params: ids, faults: isCanonical ? [] : [{ in: "path", pointer: "", detail } satisfies Fault] };
};

/** No operation takes a query: a parameter that would be ignored is a misunderstanding the caller must hear of. */
const queryFaults = ({ queryStringParameters }: HttpEvent): Fault[] =>
  Object.keys(queryStringParameters ?? {}).map((name) => ({
    in: "query",
    pointer: pointerOf([name]),
    detail: "is an unknown parameter: this operation takes no query",
  }));

const readHeaders = (headers: HttpEvent["headers"]) => {
  const { "accept-language": language, traceparent } = headers;
  const isClean = language === undefined || /^[\x20-\x7e]{0,255}$/.test(language);
  const fault: Fault = {
    in: "header",
    pointer: "/accept-language",
    detail: "must be at most 255 printable ASCII characters",
  };
  return {
    passedOn: {
      ...(language && { "accept-language": language }),
      // W3C Trace Context, 3.2: one that cannot be read is ignored, not answered with an error.
      ...(traceparent &&
        /^(?!ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent) && { traceparent }),
    },
    faults: isClean ? [] : [fault],
  };
};

/** A read needs none, and a client may well send one with everything. */
const readKey = ({ method }: Operation, header: string | undefined): { key?: string; faults: readonly Fault[] } => {
  if (method === "GET" || header === undefined) return { faults: [] };
  const key = parseIdempotencyKey(header);
  const detail = `must be ${keyLength.least} to ${keyLength.most} printable ASCII characters, preferably a UUID in double quotes`;
  if (key === undefined) return { faults: [{ in: "header", pointer: "/idempotency-key", detail }] };
  return { key, faults: [] };
};

const readBody = (
  { body: schema }: Operation,
  bytes: Buffer,
): { value?: unknown; faults: readonly Fault[]; more?: number } => {
  const whole = (detail: string): Fault[] => [{ in: "body", pointer: "", detail }];
  if (!schema) return { faults: saysNothing(bytes) ? [] : whole("must be left out: this operation takes no body") };
  if (bytes.length === 0) return { faults: whole("is required: send a JSON object") };
  const parsed = parse(bytes);
  if (!parsed) return { faults: whole("is not well-formed JSON in UTF-8") };
  if (parsed.value === null) return { faults: whole("must be a JSON object, not null") };
  const given = schema.safeParse(parsed.value, { error: wording });
  const { paths, more } = doubledNames(parsed.text, mostFaults);
  const doubled = paths.map((path): Fault => ({ in: "body", pointer: pointerOf(path), detail: twice }));
  return { value: given.data, faults: [...doubled, ...(given.success ? [] : faultsOf(given.error, "body"))], more };
};

const twice = "appears more than once";

const parse = (bytes: Buffer): { readonly value: unknown; readonly text: string } | undefined => {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { value: parseJson(text), text };
  } catch {
    return undefined; // the caller is told; the parser's message would quote her body
  }
};

const faultsOf = (error: z.ZodError, where: Fault["in"]): readonly Fault[] =>
  error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          in: where,
          pointer: pointerOf([...issue.path, key]),
          detail: "is an unknown field",
        }))
      : [{ in: where, pointer: pointerOf(issue.path), detail: issue.message }],
  );

/** Says what is wanted, never what was given. Messages of the schemas' own come before these. */
const wording: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined || issue.input === null) return "is required";
  if (issue.code === "invalid_type") return `must be of type ${issue.expected}`;
  if (issue.code === "invalid_value") return `must be one of ${issue.values.join(", ")}`;
  return undefined;
};
