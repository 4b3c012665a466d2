import { randomUUID } from "node:crypto";
import type { Document } from "#lib/operations/document.ts";

/**
 * A body as multipart/form-data (RFC 7578): the JSON as part `data`, the file as part `document`. The file is not copied:
 * it is one piece of `body`.
 */
export const writeForm = (json: string, document: Document | undefined) => {
  const boundary = randomUUID();
  const head = (name: string, mediaType: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${name}\r\nContent-Type: ${mediaType}\r\n\r\n`;
  const file = document && [
    head(`name="document"; filename="${escaped(document.filename)}"`, document.mediaType),
    document.bytes,
    "\r\n",
  ];
  const body = [`${head('name="data"', "application/json")}${json}\r\n`, ...(file ?? []), `--${boundary}--\r\n`];
  const length = body.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
  return {
    headers: { "content-type": `multipart/form-data; boundary=${boundary}`, "content-length": String(length) },
    body,
  };
};

/** As browsers write a name in a form (WHATWG HTML, multipart form data), and with no control character at all. */
const escaped = (name: string): string => name.toWellFormed().replace(/["\p{Cc}]/gu, encodeURIComponent);
