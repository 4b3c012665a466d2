import { doubledNames, parseJson, pointerOf } from "#lib/operations/json.ts";
import { type Ids, type Operation, pathOf } from "#lib/operations/operation.ts";
import { mostFaults, RequestRefused } from "#lib/problems/types.ts";
import {
  checkSize,
  inputFrom,
  invalid,
  type Part,
  readBody,
  readHeaders,
  readKey,
  readParams,
  saysNothing,
  valid,
} from "./input.ts";
import type { HttpEvent, Input, Principal } from "./serving.ts";

/** Reads path, query, headers and body of a request over HTTP. @throws RequestInvalid with every fault, RequestRefused */
export const readRequest = <Params extends Ids, Body>(
  operation: Operation<Params, Body>,
  event: HttpEvent,
  principal: Principal,
): Input<Params, Body> => {
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  checkSize(operation, bytes.length);
  const isAbsent = bytes.length === 0;
  const isNothing = saysNothing(bytes.toString("utf8"));
  if (!(operation.body ? isAbsent : isNothing) && !isJson(event.headers["content-type"]))
    throw new RequestRefused("media-type-unsupported", "the body is not JSON");
  const parts = {
    params: readPath(operation, event),
    query: readQuery(event),
    headers: readHeaders(event.headers),
    idempotencyKey: readKey(operation, event.headers["idempotency-key"]),
    body: readBody(operation, { isAbsent, isNothing, parse: () => parse(bytes) }),
  };
  return inputFrom(parts, principal);
};

/** JSON by any of its names, which some clients send twice, in UTF-8. Other parameters have no meaning (RFC 8259, 11). */
const isJson = (contentType = ""): boolean => contentType.split(",").every(isJsonType);

const isJsonType = (mediaType: string): boolean => {
  const [type = "", ...parameters] = mediaType.split(";").map((part) => part.trim().toLowerCase());
  const isUtf8 = parameters.every((each) => !/^charset\b/.test(each) || /^charset="?(utf-?8|us-ascii)"?$/.test(each));
  return isUtf8 && /^(application|text)\/json$|^application\/[\w.-]+\+json$/.test(type);
};

const readPath = <Params extends Ids>(operation: Operation<Params>, event: HttpEvent): Part<Params> => {
  const params = readParams(operation, event.pathParameters ?? {});
  // Another spelling of the same path (%31000 for 1000) can get around access rules: only one is allowed.
  if (!params.isValid || event.rawPath.endsWith(pathOf(operation, params.value))) return params;
  return invalid({ in: "path", pointer: "", detail: `must be written as ${operation.path}, without percent-encoding` });
};

/** No operation takes a query. A parameter is refused, not ignored: its caller expects an effect. */
const readQuery = ({ queryStringParameters }: HttpEvent): Part<undefined> => {
  const names = Object.keys(queryStringParameters ?? {});
  if (names.length === 0) return valid(undefined);
  const detail = "is an unknown parameter: this operation takes no query";
  return invalid(...names.map((name) => ({ in: "query", pointer: pointerOf([name]), detail }) as const));
};

const parse = (bytes: Buffer) => {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { value: parseJson(text), doubled: doubledNames(text, mostFaults) };
  } catch {
    return undefined; // reported as a fault; the parser's message would quote the body
  }
};
