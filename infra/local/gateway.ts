import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import type { createAuthorizer, Refusal, Verdict } from "./authorizer.ts";
import { createEvent, type Received } from "./event.ts";
import { FunctionFailed, type Lambda } from "./lambda.ts";
import type { createRouter, Match, Route } from "./routes.ts";

export interface GatewayOptions {
  readonly match: ReturnType<typeof createRouter>;
  readonly authorize: ReturnType<typeof createAuthorizer>;
  readonly functions: ReadonlyMap<string, Lambda>;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const lambdaAnswer = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
  body: z.string().default(""),
  isBase64Encoded: z.boolean().default(false),
});

/** API Gateway's own limit of a request body. */
const bodyLimit = 10 * 2 ** 20;

/** An HTTP API before the functions: route, token and scope, then the Lambda's answer as it is. */
export const createGateway = ({ match, authorize, functions }: GatewayOptions) => {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomBytes(11).toString("base64");
    const { status, headers, body } = await answerTo(request, requestId);
    response.writeHead(status, { ...headers, "apigw-requestid": requestId }).end(body);
  };

  async function answerTo(request: IncomingMessage, requestId: string): Promise<Answer> {
    const own = (status: number, message: string) => ownAnswer(status, { message, requestId });
    const [path = "", query = ""] = (request.url ?? "").split(/\?(.*)/s);
    const found = tryMatch(request.method ?? "", path);
    if (found === "malformed") return own(400, "Bad Request");
    if (!found) return own(404, "Not Found");
    const verdict = await admit(found, request.headersDistinct["authorization"]?.join(","));
    if ("status" in verdict) return refusal(verdict, found.route, requestId);
    const body = await readBody(request);
    if (!body) return own(413, "Request Entity Too Large");
    const event = createEvent({ request, path, query, body, requestId } satisfies Received, found, verdict.claims);
    return (await invoke(found.route.functionName, event)) ?? own(500, "Internal Server Error");
  }

  function tryMatch(method: string, path: string): Match | undefined | "malformed" {
    try {
      return match(method, path);
    } catch (error) {
      if (error instanceof URIError) return "malformed";
      throw error;
    }
  }

  async function admit({ route }: Match, token: string | undefined): Promise<Verdict | { claims?: undefined }> {
    return route.scopes ? authorize(token, route.scopes) : {};
  }

  async function invoke(functionName: string, event: unknown): Promise<Answer | undefined> {
    try {
      const { statusCode, headers, body, isBase64Encoded } = lambdaAnswer.parse(
        await functions.get(functionName)?.invoke(event),
      );
      return { status: statusCode, headers, body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8") };
    } catch (error) {
      if (!(error instanceof FunctionFailed || error instanceof z.ZodError)) throw error;
      process.stderr.write(`${functionName}: ${error.name}: ${error.message}\n`);
      return undefined;
    }
  }
};

/**
 * The gateway's own refusals. On AWS their body is `{"message"}` alone and cannot be shaped; here the same member stands
 * in a problem document, so that an app's error handling sees one media type.
 */
const ownAnswer = (status: number, { message, requestId }: { message: string; requestId: string }): Answer => ({
  status,
  headers: { "content-type": "application/problem+json", "cache-control": "no-store", "x-request-id": requestId },
  body: JSON.stringify({ type: "about:blank", title: message, status, message, instance: requestId }),
});

const refusal = ({ status, why }: Refusal, { scopes = [] }: Route, requestId: string): Answer => {
  const answer = ownAnswer(status, { message: status === 401 ? "Unauthorized" : "Forbidden", requestId });
  const error = status === 401 ? "invalid_token" : "insufficient_scope";
  const details = `scope="${scopes.join(" ")}" error="${error}" error_description="${why}"`;
  return { ...answer, headers: { ...answer.headers, "www-authenticate": `Bearer ${details}` } };
};

/** The whole body; undefined where it is larger than the gateway takes. */
const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > bodyLimit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
