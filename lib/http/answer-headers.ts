import type { Middleware } from "./serving.ts";

/** Keep a browser from running, framing or guessing anything in an answer. */
export const securityHeaders = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-content-type-options": "nosniff",
};

/** Puts the request id and the security headers on every answer. */
export const answerHeaders = (): Middleware => {
  const add: Middleware["after"] = ({ event, response }) => {
    if (response)
      response.headers = {
        ...response.headers,
        ...securityHeaders,
        "cache-control": "no-store",
        "x-request-id": event.record.requestId,
      };
  };
  return { after: add, onError: add };
};
