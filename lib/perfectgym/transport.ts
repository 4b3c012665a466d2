import http from "node:http";
import https from "node:https";

export interface Attempt {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** From now until the last byte of the answer. */
  readonly timeoutMs: number;
  /** A socket of its own: an idle one may be dead, and then nobody knows whether a write got through. */
  readonly freshSocket: boolean;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An attempt that brought no whole answer. `left`: the request may have reached the other side. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly reason: "network" | "timeout" | "too-large";
  readonly left: boolean;
  /** The socket came from the pool and was dead on first use, as after a Lambda's freeze. */
  readonly staleSocket: boolean;
  constructor(
    reason: TransportError["reason"],
    { left, staleSocket }: { left: boolean; staleSocket: boolean },
    cause: unknown,
  ) {
    super(`no answer from the upstream (${reason})`, { cause });
    this.reason = reason;
    this.left = left;
    this.staleSocket = staleSocket;
  }
}

/** Sends one request and reads the whole answer; follows no redirect. @throws TransportError */
export type Transport = (attempt: Attempt) => Promise<RawAnswer>;

const agents = (options: http.AgentOptions) => ({
  "http:": new http.Agent(options),
  "https:": new https.Agent(options),
});

/** Answers of at most `answerLimit` bytes (5 MiB by default: a Lambda's own answer ends at 6 MB). */
export const createTransport = ({ answerLimit = 5 * 2 ** 20 } = {}): Transport => {
  const pooled = agents({ keepAlive: true });
  const fresh = agents({ keepAlive: false });

  return ({ url, method, headers, body, timeoutMs, freshSocket }) => {
    const isTls = url.protocol === "https:";
    const agent = (freshSocket ? fresh : pooled)[isTls ? "https:" : "http:"];
    const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
    let connected = false;
    let answered = false;

    const request = (isTls ? https : http).request(url, { method, headers, agent });
    const fail = (reason: TransportError["reason"]) => (cause?: unknown) => {
      const staleSocket = reason === "network" && request.reusedSocket && !answered;
      reject(new TransportError(reason, { left: connected, staleSocket }, cause));
      request.destroy();
    };
    const timer = setTimeout(fail("timeout"), timeoutMs);
    request.once("socket", (socket) => {
      if (request.reusedSocket) connected = true;
      else
        socket.once(isTls ? "secureConnect" : "connect", () => {
          connected = true;
        });
    });
    request.on("error", fail("network"));
    request.once("response", (response) => {
      answered = true;
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > answerLimit) fail("too-large")();
        else chunks.push(chunk);
      });
      response.on("error", fail("network"));
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.end(body);
    return promise.finally(() => clearTimeout(timer));
  };
};
