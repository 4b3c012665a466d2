import type { IncomingMessage } from "node:http";
import { isHostOfOurs } from "#infra/http-server.ts";

/**
 * Whether the console may answer a request. It hands out tokens and switches faults, so only its own page may ask:
 * - under the name of this machine, whatever ALLOWED_HOSTS says: no page reaches it by DNS rebinding;
 * - from no other origin. Browsers name the origin in `Sec-Fetch-Site` and, with a POST, in `Origin`;
 * - with JSON, which a form of another page cannot send.
 * Links of other pages may lead to the pages themselves.
 */
export const mayAsk = ({ method, url, headers }: IncomingMessage): boolean => {
  const { host, origin, "sec-fetch-site": site = "none", "content-type": type = "" } = headers;
  if (!isHostOfOurs(host)) return false;
  if (url === "/" || url === "/example") return true;
  if (site !== "none" && site !== "same-origin") return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  return method === "GET" || (origin !== undefined && /^application\/json\b/.test(type));
};
