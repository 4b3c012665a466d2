import { createHash } from "node:crypto";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { securityHeaders } from "#lib/http/answer-headers.ts";
import type { HttpAnswer, HttpEvent } from "#lib/http/serving.ts";

type Headers = Readonly<Record<string, string>>;

/** Answers a GET. API Gateway compresses nothing, so the function does. */
export type Document = (event: Pick<HttpEvent, "headers" | "queryStringParameters">) => Promise<HttpAnswer>;

/**
 * A text that is public and the same for everyone. Browsers ask each time whether it has changed: it names files that exist
 * only until the next deployment.
 */
export const document = (headers: Headers, body: string): Document => {
  // Weak: the same for each encoding (RFC 9110, 8.8.1).
  const etag = `W/"${createHash("sha256").update(body).digest("base64url")}"`;
  const always = { ...securityHeaders, "cache-control": "public, no-cache", etag, vary: "accept-encoding", ...headers };
  const encoded = new Map<string, string>();
  return async ({ headers: asked }) => {
    if (isKnown(asked["if-none-match"], etag)) return { statusCode: 304, headers: always };
    const encoding = encodingFor(asked["accept-encoding"]);
    if (!encoding) return { statusCode: 200, headers: always, body };
    const base64 = encoded.get(encoding) ?? encoders[encoding](body).toString("base64");
    encoded.set(encoding, base64);
    return compressed(always, encoding, base64);
  };
};

/** A JSON document. */
export const jsonDocument = (value: object) => document({ "content-type": "application/json" }, JSON.stringify(value));

export type Encoding = "br" | "gzip";

export const compressed = (headers: Headers, encoding: Encoding, base64: string) => ({
  statusCode: 200,
  headers: { ...headers, "content-encoding": encoding },
  body: base64,
  isBase64Encoded: true,
});

/** The encoding that a caller accepts, the smallest first. Undefined: none of ours. */
export const encodingFor = (accepted = ""): Encoding | undefined => {
  const names = accepted
    .toLowerCase()
    .split(",")
    .map((each) => each.split(";").map((part) => part.trim()))
    .flatMap(([name = "", weight = ""]) => (/^q=0(\.0*)?$/.test(weight) ? [] : [name]));
  return (["br", "gzip"] as const).find((encoding) => names.includes(encoding));
};

const encoders: Readonly<Record<Encoding, (text: string) => Buffer>> = {
  br: (text) => brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (text) => gzipSync(text),
};

const isKnown = (known = "", etag: string): boolean =>
  known
    .split(",")
    .map((each) => each.trim().replace(/^(W\/)?/, "W/"))
    .includes(etag);
