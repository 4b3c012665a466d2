import { createHmac, hash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { isHostOfOurs } from "#infra/http-server.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Lets only requests reach a server whose Host header names this machine and that are signed with the credentials, if
 * there are any. Other users of this machine can connect to its port. Call it after the server has its listeners.
 */
export const guard = (server: Server, credentials?: Credentials): void => {
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const refuse = (status: number, __type: string) =>
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify({ __type }));
    if (!isHostOfOurs(request.headers.host)) return refuse(421, "MisdirectedRequest");
    if (credentials && !isSignedWith(credentials, request)) return refuse(403, "InvalidSignatureException");
    return Promise.all(listeners.map((listener) => Reflect.apply(listener, server, [request, response]))).catch(
      (error) => {
        // Its caller went away while it sent.
        if (request.complete) throw error;
      },
    );
  });
};

/**
 * Checks AWS Signature Version 4, but does not compare the body with the signed hash.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
const isSignedWith = ({ accessKeyId, secretAccessKey }: Credentials, request: IncomingMessage): boolean => {
  const { authorization = "", "x-amz-date": date, "x-amz-content-sha256": bodyHash } = request.headers;
  const [, id, scope = "", names = "", signature = ""] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? [];
  if (id !== accessKeyId) return false;
  const [path, query = ""] = (request.url ?? "").split("?");
  const headers = names.split(";").map((name) => `${name}:${request.headers[name]}\n`);
  const canonical = [request.method, path, query, headers.join(""), names, bodyHash].join("\n");
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const wanted = hmac(key, ["AWS4-HMAC-SHA256", date, scope, hash("sha256", canonical)].join("\n"));
  return timingSafeEqual(wanted, Buffer.from(signature, "hex"));
};

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
