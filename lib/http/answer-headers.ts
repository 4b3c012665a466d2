import type { Operation } from "#lib/operations/operation.ts";
import type { Middleware } from "./serving.ts";

/** Keep a browser from running, framing or guessing anything in an answer. */
export const securityHeaders = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-content-type-options": "nosniff",
};

/** Tells callers when an operation was or will be deprecated (RFC 9745), and when it ends (RFC 8594). */
const deprecationHeaders = ({ deprecation }: Pick<Operation, "deprecation">): Readonly<Record<string, string>> =>
  deprecation
    ? {
        deprecation: `@${Date.parse(deprecation.since) / 1000}`,
        ...(deprecation.sunset && { sunset: new Date(deprecation.sunset).toUTCString() }),
      }
    : {};

/** Puts the request id, the security headers and what is known of the operation's end on every answer. A page has its own policy. */
export const answerHeaders = (operation: Operation): Middleware => {
  const ofOperation = deprecationHeaders(operation);
  const add: Middleware["after"] = ({ event, response }) => {
    if (response)
      response.headers = {
        ...securityHeaders,
        ...response.headers,
        ...ofOperation,
        "cache-control": "no-store",
        "x-request-id": event.record.requestId,
      };
  };
  return { after: add, onError: add };
};
