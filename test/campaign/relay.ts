import { connect, createServer, type Socket } from "node:net";
import { listen } from "#infra/http-server.ts";

export interface Relayed {
  readonly method: string;
  readonly path: string;
}

export interface Relay {
  readonly url: string;
  /** Called for each request before it is passed on, and when its answer begins. `drop`: it is not passed on. */
  onRequest: (request: Relayed, moment: "before" | "after") => Promise<"pass" | "drop">;
  readonly close: () => unknown;
}

/** Passes bytes to and from an HTTP server unchanged, with half answers, resets and hangs. */
export const startRelay = async (port: number): Promise<Relay> => {
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.once("close", () => clients.delete(client));
    join(client, connect(port, "127.0.0.1"), (request, moment) => relay.onRequest(request, moment));
  });
  const relay: Relay = {
    url: await listen(server, 0),
    onRequest: async () => "pass",
    close: () => {
      server.close();
      for (const client of clients) client.destroy();
    },
  };
  return relay;
};

const join = (client: Socket, upstream: Socket, onRequest: Relay["onRequest"]): void => {
  let open: Relayed | undefined;
  const forth = oneByOne(async (chunk) => {
    const request = requestIn(chunk);
    if (request && (await onRequest(request, "before")) === "drop") return;
    open = request ?? open;
    upstream.write(chunk);
  });
  const back = oneByOne(async (chunk) => {
    const answered = open;
    open = undefined;
    if (answered) await onRequest(answered, "after");
    client.write(chunk);
  });
  client.on("data", forth.take).on("error", () => {});
  // Bytes arrive also if their sender has died since.
  client.once("close", () => forth.end(() => upstream.end()));
  upstream.on("data", back.take).on("error", () => {});
  upstream.once("close", (hadError) => back.end(() => (hadError ? client.resetAndDestroy() : client.end())));
};

/** Whether a chunk begins a request. Callers do not pipeline, so a request always begins a chunk. */
const requestIn = (chunk: Buffer): Relayed | undefined => {
  const [, method, path] = /^(GET|POST|PUT|DELETE) (\S+) HTTP/.exec(chunk.toString("latin1", 0, 2_000)) ?? [];
  return method !== undefined && path !== undefined ? { method, path } : undefined;
};

/** Keeps the order of chunks, however long each takes. */
const oneByOne = (each: (chunk: Buffer) => Promise<void>) => {
  let queue = Promise.resolve();
  return {
    take: (chunk: Buffer): void => {
      queue = queue.then(() => each(chunk)).catch(() => {});
    },
    end: (last: () => unknown): void => {
      queue = queue.then(() => void last());
    },
  };
};
