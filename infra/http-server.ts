import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Server } from "node:net";

/** Whether a URL's host is this machine by itself, whatever DNS says. */
export const isLoopback = (hostname: string): boolean =>
  /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/i.test(hostname);

/**
 * Whether a Host header names this machine, or one of `names`, at any port. A web page that made DNS lead its own name
 * here (DNS rebinding) sends that name.
 */
export const isHostOfOurs = (host = "", names: readonly string[] = []): boolean => {
  const hostname = host.replace(/:\d*$/, "").toLowerCase();
  return isLoopback(hostname) || names.includes(hostname);
};

/** Listens on 127.0.0.1 and gives the port. 0 takes any free one. @throws Error (EADDRINUSE) where the port is taken */
export const listenOn = async (server: Server, port: number): Promise<number> => {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on a port");
  return address.port;
};

/** As `listenOn`, but gives the origin, with the name `localhost`. */
export const listen = async (server: Server, port: number): Promise<string> =>
  `http://localhost:${await listenOn(server, port)}`;

/** The whole body; undefined where it has more bytes than that, once all of it has arrived: who still sends misses the answer. */
export const readBody = async (request: IncomingMessage, mostBytes: number): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= mostBytes) chunks.push(chunk);
  }
  return size <= mostBytes ? Buffer.concat(chunks) : undefined;
};

/** The parameters of a path that fits a template such as `/v1/{id}`, in their own spelling; undefined where it does not fit. */
export const paramsIn = (template: string, path: string): Readonly<Record<string, string>> | undefined => {
  const [segments, given] = [template.split("/"), path.split("/")];
  if (segments.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    const [, name] = /^\{(.+)\}$/.exec(segment) ?? [];
    const value = given[i] ?? "";
    if (name === undefined ? value !== segment : value === "") return undefined;
    if (name !== undefined) params[name] = value;
  }
  return params;
};
