import type { LookupAddress, LookupAllOptions } from "node:dns";
import { lookup } from "node:dns/promises";
import http from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import { isPublicAddress, isPublicEndpoint } from "./public-address.ts";

/** The endpoint is not on the public internet, so nothing was sent to it. */
export class EndpointNotPublic extends Error {
  override readonly name = "EndpointNotPublic";
}

export interface Posting {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** From now until the answer's headers: the lookup and the connection are included. */
  readonly timeoutMs: number;
}

export interface Posted {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** Posts to an endpoint. Follows no redirect, and reads no answer's body. @throws EndpointNotPublic, or what Node throws */
export type Post = (posting: Posting) => Promise<Posted>;

/**
 * Resolves a name only if all its addresses are public. The connection uses exactly these addresses, so a second answer
 * of DNS cannot lead it to another one.
 */
export const createPublicLookup =
  (resolve: (name: string, options: LookupAllOptions) => Promise<LookupAddress[]>): LookupFunction =>
  (hostname, options, callback) => {
    const answer = (addresses: LookupAddress[]) => {
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => isPublicAddress(address)))
        return callback(new EndpointNotPublic("the name has an address that is not public"), []);
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    };
    resolve(hostname, { ...options, all: true }).then(answer, (error) => callback(error, []));
  };

/** `allowsAnyEndpoint`: on a laptop, also http and addresses of this machine. */
export const createPost =
  ({ allowsAnyEndpoint }: { readonly allowsAnyEndpoint: boolean }): Post =>
  ({ url, headers, body, timeoutMs }) => {
    if (!allowsAnyEndpoint && !isPublicEndpoint(url))
      return Promise.reject(new EndpointNotPublic("the URL is not one of a public endpoint"));
    const { promise, resolve, reject } = Promise.withResolvers<Posted>();
    const options = {
      method: "POST",
      headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      ...(!allowsAnyEndpoint && { lookup: createPublicLookup(lookup) }),
    };
    const request = (url.startsWith("https:") ? https : http).request(url, options);
    request.on("error", reject);
    request.once("response", (response) => {
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers["retry-after"] });
      response.destroy();
    });
    request.end(body);
    return promise;
  };
