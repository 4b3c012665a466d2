import http from "node:http";
import https from "node:https";
import type { Failure } from "./endings.ts";

/** One sending of a request. */
export interface Attempt {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** In one piece or several, which go one after the other. */
  readonly body?: readonly (string | Uint8Array)[];
  /** From now until the last byte of the answer. */
  readonly timeoutMs: number;
  /** Opens a connection of its own. An idle one may be dead, and then nobody knows whether a write arrived. */
  readonly freshConnection: boolean;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An attempt without a whole answer. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  /** The ending that was observed; the log gets it. */
  readonly code: Failure;
  constructor(code: Failure, cause?: unknown) {
    super(`no answer from the upstream: ${code}`, { cause });
    this.code = code;
  }
}

/** Sends one request and reads the whole answer. Follows no redirect. @throws TransportError */
export type Transport = (attempt: Attempt) => Promise<RawAnswer>;

const agents = (options: http.AgentOptions) => ({
  "http:": new http.Agent(options),
  "https:": new https.Agent(options),
});

/** A Lambda's own answer ends at 6 MB. */
const maxAnswerBytes = 5 * 2 ** 20;

/** Reads use a pool of connections. */
export const createTransport = (): Transport => {
  const pooled = agents({ keepAlive: true });
  const fresh = agents({ keepAlive: false });

  return ({ url, method, headers, body = [], timeoutMs, freshConnection }) => {
    const isTls = url.protocol === "https:";
    const agent = (freshConnection ? fresh : pooled)[isTls ? "https:" : "http:"];
    const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
    let connected = false;
    let answered = false;

    const request = (isTls ? https : http).request(url, { method, headers, agent });
    const fail = (failure: Failure, cause?: unknown) => {
      reject(new TransportError(connected || request.reusedSocket ? failure : "no-connection", cause));
      request.destroy();
    };
    const failBroken = (cause: unknown) =>
      fail(request.reusedSocket && !answered ? "idle-connection-closed" : "connection-broken", cause);
    const timer = setTimeout(() => fail("no-answer"), timeoutMs);
    request.once("socket", (socket) => {
      if (request.reusedSocket) return;
      socket.once(isTls ? "secureConnect" : "connect", () => {
        connected = true;
      });
    });
    request.on("error", failBroken);
    request.once("response", (response) => {
      answered = true;
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxAnswerBytes) fail("invalid-answer");
        else chunks.push(chunk);
      });
      response.on("error", failBroken);
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    for (const piece of body.slice(0, -1)) request.write(piece);
    request.end(body.at(-1));
    return promise.finally(() => clearTimeout(timer));
  };
};
