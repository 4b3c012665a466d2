import { securityHeaders } from "#lib/http/answer-headers.ts";
import type { HttpAnswer } from "#lib/http/serving.ts";

/** Says that API Gateway and Lambda work, and what is deployed. It asks nothing else, so it says nothing about the upstream. */
export const health = (release: { readonly version: string; readonly commit: string }): (() => Promise<HttpAnswer>) => {
  const body = JSON.stringify({ status: "ok", ...release });
  const headers = { ...securityHeaders, "content-type": "application/json", "cache-control": "no-store" };
  return async () => ({ statusCode: 200, headers, body });
};
