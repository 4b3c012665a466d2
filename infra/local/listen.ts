import { once } from "node:events";
import type { Server } from "node:net";

/** Listens on loopback and gives the origin. @throws Error (EADDRINUSE) where the port is taken */
export const listen = async (server: Server, port: number): Promise<string> => {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on a port");
  return `http://localhost:${address.port}`;
};
