import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { writeJson } from "#lib/operations/json.ts";
import type { Language } from "./language.ts";
import { Refusal } from "./refusal.ts";

/** An answer, ready to be sent. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text: string;
}

const jsonType = { "content-type": "application/json;charset=UTF-8" };

/** 200 with the value as JSON. Without a value, the body is empty. */
export const ok = (value: unknown): Reply =>
  value === undefined ? { status: 200, text: "" } : { status: 200, headers: jsonType, text: writeJson(value) };

export type Refuser = (error: unknown, language: Language) => Reply;

/** Turns an error of a request into the upstream's error. Trace ids are derived from the seed and a count of errors. */
export const createRefuser = (seed: number): Refuser => {
  let errors = 0;
  const traceId = () => createHash("sha256").update(`${seed}:${errors++}`).digest("hex").slice(0, 32);
  return (error, language) => {
    if (!(error instanceof Refusal)) process.emitWarning(error instanceof Error ? error : String(error));
    const refusal = error instanceof Refusal ? error : new Refusal("UNEXPECTED");
    return {
      status: refusal.status,
      headers: { ...jsonType, ...refusal.details.headers },
      text: writeJson(refusal.body(language, traceId())),
    };
  };
};

/** Statuses that never have a body (RFC 9110, sections 15.3.5 and 15.4.5). */
const bodiless = [204, 304];

/** Sends an answer. Does nothing if the caller has hung up. */
export const send = (response: ServerResponse, { status, headers, text }: Reply): void => {
  if (response.destroyed) return;
  if (bodiless.includes(status)) response.writeHead(status, headers).end();
  else response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(text) }).end(text);
};
