import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { listen } from "#infra/http-server.ts";

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The same, for what is no text. */
  readonly bytes: Buffer;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Instead of an answer: none at all, or a connection cut before or in the middle of it. */
  readonly instead?: "hang" | "reset" | "half";
}

export interface RecordingUpstream {
  readonly url: string;
  readonly requests: Seen[];
  /** How many connections were opened to it so far. */
  readonly connections: () => number;
  /** Sets the answers to the next requests, in this order. Later requests get the default. */
  readonly answerNext: (...replies: readonly Reply[]) => void;
  readonly answerAlways: (reply: Reply | ((seen: Seen) => Reply)) => void;
  readonly close: () => void;
}

/** An upstream that records its requests and sends the answers that a test sets. */
export const startUpstream = async (): Promise<RecordingUpstream> => {
  const requests: Seen[] = [];
  const queue: Reply[] = [];
  let always: (seen: Seen) => Reply = () => ({ body: "{}" });
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const bytes = await buffer(request);
    const seen = { method, url, headers, body: bytes.toString(), bytes };
    requests.push(seen);
    reply(response, queue.shift() ?? always(seen));
  });
  let connections = 0;
  server.on("connection", () => connections++);
  const url = await listen(server, 0);
  return {
    url,
    requests,
    connections: () => connections,
    answerNext: (...replies) => queue.push(...replies),
    answerAlways: (given) => {
      always = typeof given === "function" ? given : () => given;
    },
    close: () => server.close().closeAllConnections(),
  };
};

const reply = (response: ServerResponse, { status = 200, headers = {}, body = "", instead }: Reply): void => {
  if (instead === "hang") return;
  if (instead === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  const type = { "content-type": "application/json" };
  if (instead === "half") {
    response.writeHead(status, { ...type, "content-length": "1000" }).write(body);
    setTimeout(() => response.socket?.destroy(), 20);
    return;
  }
  response.writeHead(status, { ...type, ...headers }).end(body);
};
