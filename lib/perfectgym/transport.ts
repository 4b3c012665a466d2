import http from "node:http";
import https from "node:https";
import { isIP, type Socket } from "node:net";
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

/** A transport with a pool of connections for reads. */
export interface PooledTransport extends Transport {
  /** Opens a connection, which the next read of that host takes. Resolves once it is open, or after `withinMs`, or if that fails. */
  readonly open: (url: URL, withinMs: number) => Promise<void>;
}

/** `ready` is the event of a socket over which a request can be sent. */
const protocols = {
  "http:": { request: http.request, ready: "connect", port: 80 },
  "https:": { request: https.request, ready: "secureConnect", port: 443 },
} as const;

const protocolOf = ({ protocol }: URL) => (protocol === "https:" ? "https:" : "http:");

const agents = (options: http.AgentOptions) => {
  const both = { "http:": new http.Agent(options), "https:": new https.Agent(options) };
  // All requests of an agent have the same options for TLS. Node would put each of them into the name, for each request.
  both["http:"].getName = both["https:"].getName = ({ host, port }: http.RequestOptions = {}) => `${host}:${port}`;
  return both;
};

/** Connections that were opened before a request needed them. A new one that fails at once looks the same. */
const openedEarly = new WeakSet<Socket>();

/** Opens connections that an agent takes when it needs one. */
const openerFor = (agent: http.Agent): PooledTransport["open"] => {
  const connect: https.Agent["createConnection"] = agent.createConnection.bind(agent);
  const idle = new Map<string, Socket>();
  agent.createConnection = (options, callback) => {
    const name = agent.getName(options);
    const socket = idle.get(name);
    idle.delete(name);
    return socket?.ref() ?? connect(options, callback);
  };
  return (url, withinMs) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { ready, port: usualPort } = protocols[protocolOf(url)];
    const [host, port] = [url.hostname.replace(/^\[|\]$/g, ""), Number(url.port || usualPort)];
    const name = agent.getName({ host, port });
    const socket = (connect({ host, port, servername: isIP(host) ? "" : host }) as Socket).setNoDelay();
    const timer = setTimeout(() => socket.destroy(), withinMs);
    socket.once(ready, () => {
      clearTimeout(timer);
      openedEarly.add(socket);
      // An idle connection keeps no process alive, as those of the agent.
      idle.set(name, socket.unref());
      resolve();
    });
    // The first request that needs a connection then opens its own, and tells what went wrong.
    socket.on("error", () => undefined);
    socket.once("close", () => {
      clearTimeout(timer);
      if (idle.get(name) === socket) idle.delete(name);
      resolve();
    });
    return promise;
  };
};

/** A Lambda's own answer ends at 6 MB. */
const maxAnswerBytes = 5 * 2 ** 20;

/** Reads use a pool of connections. */
export const createTransport = (): PooledTransport => {
  const pooled = agents({ keepAlive: true });
  const fresh = agents({ keepAlive: false });
  const openers = { "http:": openerFor(pooled["http:"]), "https:": openerFor(pooled["https:"]) };

  const send: Transport = ({ url, method, headers, body = [], timeoutMs, freshConnection }) => {
    const protocol = protocolOf(url);
    const agent = (freshConnection ? fresh : pooled)[protocol];
    const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
    /** The connection was open before, and may be dead by now. */
    let wasOpen = false;
    let connected = false;
    let answered = false;

    const request = protocols[protocol].request(url, { method, headers, agent });
    const fail = (failure: Failure, cause?: unknown) => {
      reject(new TransportError(connected ? failure : "no-connection", cause));
      request.destroy();
    };
    const failBroken = (cause: unknown) =>
      fail(wasOpen && !answered ? "idle-connection-closed" : "connection-broken", cause);
    const timer = setTimeout(() => fail("no-answer"), timeoutMs);
    request.once("socket", (socket) => {
      wasOpen = connected = request.reusedSocket || openedEarly.has(socket);
      if (wasOpen) return;
      socket.once(protocols[protocol].ready, () => {
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

  return Object.assign(send, { open: (url: URL, withinMs: number) => openers[protocolOf(url)](url, withinMs) });
};
