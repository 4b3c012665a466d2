import { createServer, type RequestListener } from "node:http";
import { listen } from "#infra/http-server.ts";
import type { Emulator } from "./dynamodb.ts";

/** A server's listener, and how to close it. */
export interface Started {
  readonly handle: RequestListener;
  readonly close: () => Promise<unknown>;
}

/** Has an address at once, but starts its server only with the first request. An unused server costs no time. */
export const onDemand = async (start: () => Promise<Started>): Promise<Emulator> => {
  let started: Promise<Started> | undefined;
  const server = createServer(async (request, response) => {
    started ??= start();
    (await started).handle(request, response);
  });
  return {
    url: await listen(server, 0),
    close: async () => {
      server.close().closeAllConnections();
      await (await started)?.close();
    },
  };
};
