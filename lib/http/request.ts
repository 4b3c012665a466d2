import { pointerOf } from "#lib/operations/json.ts";
import { type Ids, type Operation, pathOf } from "#lib/operations/operation.ts";
import { RequestRefused } from "#lib/problems/types.ts";
import { readForm } from "./form.ts";
import type { ParseForm } from "./form-parser.ts";
import {
  bodyLimitOf,
  type Content,
  checkSize,
  invalid,
  joined,
  type Part,
  readBody,
  readHeaders,
  readKey,
  readParams,
  valid,
} from "./input.ts";
import { bodyIn, isJson } from "./json-body.ts";
import type { Arrival, HttpEvent, Read } from "./serving.ts";

/** Reads path, query, headers and body of a request over HTTP. @throws RequestInvalid with every fault, RequestRefused */
export const readRequest = async <Params extends Ids, Body>(
  operation: Operation<Params, Body>,
  { event, traceparent }: Pick<Arrival<HttpEvent>, "event" | "traceparent">,
  parseForm: ParseForm | undefined,
): Promise<Read<Params, Body>> => {
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  const contentType = event.headers["content-type"];
  const content =
    parseForm && operation.document
      ? await readForm(operation, operation.document, { contentType, bytes, parse: parseForm })
      : readJson(operation, { contentType, bytes });
  return joined({
    params: readPath(operation, event),
    query: readQuery(event),
    headers: readHeaders({ "accept-language": event.headers["accept-language"], traceparent }),
    idempotencyKey: readKey(operation, event.headers["idempotency-key"]),
    ...content,
  });
};

interface SentJson {
  readonly contentType: string | undefined;
  readonly bytes: Buffer;
}

/** @throws RequestRefused of what is not JSON, or too large */
const readJson = <Body>(operation: Operation<Ids, Body>, { contentType, bytes }: SentJson): Content<Body> => {
  checkSize(bodyLimitOf(operation), bytes.length);
  const sent = bodyIn(bytes);
  if (!(operation.body ? sent.isAbsent : sent.isNothing) && !isJson(contentType))
    throw new RequestRefused("media-type-unsupported", "the body is not JSON");
  return { body: readBody(operation, sent), document: valid(undefined) };
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
