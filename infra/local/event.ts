import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Match } from "./routes.ts";

export interface Received {
  readonly request: IncomingMessage;
  readonly path: string;
  readonly query: string;
  readonly body: Buffer;
  readonly requestId: string;
  readonly traceparent: string;
}

/**
 * An HTTP API's event, payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const createEvent = (
  { request, path, query, body, requestId, traceparent }: Received,
  { route, params }: Match,
  claims: Readonly<Record<string, string>> | undefined,
) => {
  const { cookie, ...headers }: Record<string, string> = { ...joinHeaders(request.headersDistinct), traceparent };
  const queryParameters = joinQuery(query);
  const now = new Date();
  return {
    version: "2.0",
    routeKey: route.key,
    rawPath: path,
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers,
    ...(query !== "" && { queryStringParameters: queryParameters }),
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      ...(claims && { authorizer: { jwt: { claims, scopes: route.scopes ?? null } } }),
      domainName: request.headers.host ?? "localhost",
      domainPrefix: "localhost",
      http: {
        method: request.method ?? "",
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId,
      routeKey: route.key,
      stage: "$default",
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(params).length > 0 && { pathParameters: params }),
    ...(body.length > 0 && bodyOf(body, headers["content-type"])),
  };
};

/** A body that is text by its content type and its bytes stays text. A Lambda gets any other body, such as a form, in base64. */
const bodyOf = (body: Buffer, contentType = "") => {
  const isText = /^(text\/.*|application\/(json|javascript|xml)\b.*|)$/i.test(contentType) && isUtf8(body);
  return { body: body.toString(isText ? "utf8" : "base64"), isBase64Encoded: !isText };
};

const joinHeaders = (headers: IncomingMessage["headersDistinct"]): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values?.join(",") ?? ""]));

const joinQuery = (query: string): Record<string, string> => {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(",")]));
};
