import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { apiKey } from "./given.ts";

/** Sends all requests at once over one connection, for tests of thousands. Returns their statuses in order. */
export const pipelined = async (url: string, method: string, paths: readonly string[]): Promise<readonly number[]> => {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  await once(socket, "connect");
  const heads = paths.map((path, place) => {
    const connection = place === paths.length - 1 ? "close" : "keep-alive";
    return `${method} ${path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${apiKey}\r\nconnection: ${connection}\r\n\r\n`;
  });
  socket.write(heads.join(""));
  return [...(await text(socket)).matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
};
