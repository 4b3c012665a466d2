import { createServer, type RequestListener } from "node:http";
import { listenOn } from "#infra/http-server.ts";
import type { Studio } from "../studio.ts";

/** A studio at an address. */
export interface Branch {
  readonly studio: Studio;
  /** Says which requests are for it. */
  readonly apiKey: () => string;
  readonly listener: RequestListener;
}

/** A server for the studios of one tenant. The first one also answers what nobody has a key for. */
export interface Address {
  /** Without a slash at its end. */
  readonly url: string;
  readonly branches: Branch[];
  /** Begins to take connections again, or ends all of them. */
  serve(isUp: boolean): Promise<void>;
}

/** Opens a port on 127.0.0.1. @throws Error where it is taken. */
export const openAddress = async (first: Branch, wantedPort = 0): Promise<Address> => {
  const branches = [first];
  // Longer than any client keeps an idle connection, so that none is closed under a request.
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    const key = request.headers["x-api-key"];
    const { listener } = branches.find(({ apiKey }) => apiKey() === key) ?? first;
    listener(request, response);
  });
  const port = await listenOn(server, wantedPort);
  const stop = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    branches,
    serve: async (isUp) => {
      if (!isUp && server.listening) await stop();
      if (isUp && !server.listening) await listenOn(server, port);
    },
  };
};
