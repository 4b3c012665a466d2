import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Server } from "node:net";

/** Whether a URL's host always means this machine, whatever DNS says. */
export const isLoopback = (hostname: string): boolean =>
  /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/i.test(hostname);

/**
 * Whether a Host header names this machine or one of `names`, with any port. In DNS rebinding, a web page makes DNS point
 * its own name to this machine. Its requests then have that name.
 */
export const isHostOfOurs = (host = "", names: readonly string[] = []): boolean => {
  const hostname = host.replace(/:\d*$/, "").toLowerCase();
  return isLoopback(hostname) || names.includes(hostname);
};

/** Listens on 127.0.0.1 and returns the port. 0: any free port. @throws Error (EADDRINUSE) if the port is taken */
export const listenOn = async (server: Server, port: number): Promise<number> => {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on a port");
  return address.port;
};

/** As `listenOn`, but returns the origin, with the name `localhost`. */
export const listen = async (server: Server, port: number): Promise<string> =>
  `http://localhost:${await listenOn(server, port)}`;

/** The whole body, read to its end. Undefined if it is too large: a caller that still sends would miss an earlier answer. */
export const readBody = async (request: IncomingMessage, mostBytes: number): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= mostBytes) chunks.push(chunk);
  }
  return size <= mostBytes ? Buffer.concat(chunks) : undefined;
};

/** The parameters of a path that matches a template such as `/v1/{id}`, not decoded. Undefined if it does not match. */
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
