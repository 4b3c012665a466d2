import { createServer, type RequestListener } from "node:http";
import { listen } from "#infra/http-server.ts";
import type { Emulator } from "./dynamodb.ts";

/** What answers requests once it has started. */
export interface Started {
  readonly handle: RequestListener;
  readonly close: () => Promise<unknown>;
}

/** Has an address at once, and starts what answers there with the first request: nobody waits for what nobody uses. */
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
