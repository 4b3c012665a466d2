import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import * as z from "zod";
import { readBody } from "#infra/http-server.ts";
import { problemWith } from "#lib/problems/problem.ts";
import type { ProblemCode } from "#lib/problems/types.ts";
import type { createAuthorizer, Refusal } from "./authorizer.ts";
import { type CorsSettings, corsHeaders, isPreflight } from "./cors.ts";
import { createEvent, type Received } from "./event.ts";
import type { OpenExchange } from "./journal.ts";
import { FunctionFailed, type Lambda } from "./lambda.ts";
import type { createRouter, Match, Route } from "./routes.ts";
import type { createThrottle } from "./throttle.ts";

export interface GatewayOptions {
  readonly match: ReturnType<typeof createRouter>;
  readonly authorize: ReturnType<typeof createAuthorizer>;
  readonly admit: ReturnType<typeof createThrottle>;
  readonly cors: CorsSettings | undefined;
  readonly functions: ReadonlyMap<string, Lambda>;
  /** Gets lines of the log. */
  readonly log: (line: string) => void;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string | Buffer;
}

/** A request that passed. On a public route it has no claims. */
interface Verified {
  readonly claims?: Readonly<Record<string, string>>;
}

const lambdaAnswer = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
  body: z.string().default(""),
  isBase64Encoded: z.boolean().default(false),
});

const empty: Answer = { status: 204, headers: {}, body: "" };

/** API Gateway's limit for a request body, in bytes. */
const bodyLimit = 10 * 2 ** 20;

/** An HTTP API: it checks route, token and scope, then passes the Lambda's answer on unchanged. */
export const createGateway = ({ match, authorize, admit, cors, functions, log }: GatewayOptions) => {
  return async (request: IncomingMessage, response: ServerResponse, exchange: OpenExchange): Promise<void> => {
    const answer = isPreflight(cors, request) ? empty : await answerTo(request, exchange);
    const { status, headers, body } = answer;
    const code = codeIn(answer);
    if (code !== undefined) exchange.note({ code });
    const added = { ...corsHeaders(cors, request), "apigw-requestid": exchange.id };
    response.writeHead(status, joined(headers, added)).end(body);
  };

  async function answerTo(request: IncomingMessage, exchange: OpenExchange): Promise<Answer> {
    const { id: requestId, traceparent } = exchange;
    const own = (status: number, message: string) => {
      noteRefusal(status, request.method, requestId);
      return ownAnswer(status, { message, requestId });
    };
    const [path = "", query = ""] = (request.url ?? "").split(/\?(.*)/s);
    const found = tryMatch(request.method ?? "", path);
    if (found === "malformed") return own(400, "Bad Request");
    if (!found) return own(404, "Not Found");
    if (!admit(found.route.key)) return own(429, "Too Many Requests");
    const verdict = await verify(found, request, exchange);
    if ("status" in verdict) {
      noteRefusal(verdict.status, found.route.key, requestId);
      return refusal(verdict, found.route, requestId);
    }
    const body = await readBody(request, bodyLimit);
    if (!body) return own(413, "Request Entity Too Large");
    return forward(found, { request, path, query, body, requestId, traceparent }, verdict.claims);
  }

  function tryMatch(method: string, path: string): Match | undefined | "malformed" {
    try {
      return match(method, path);
    } catch (error) {
      if (error instanceof URIError) return "malformed";
      throw error;
    }
  }

  async function verify(
    { route }: Match,
    request: IncomingMessage,
    { note }: OpenExchange,
  ): Promise<Verified | Refusal> {
    if (!route.scopes) return {};
    const verdict = await authorize(request.headersDistinct["authorization"]?.join(","), route.scopes);
    // The issuer of this machine names the client there, whatever CLIENT_CLAIM says.
    const clientId = "claims" in verdict ? verdict.claims["sub"] : undefined;
    if (clientId !== undefined) note({ clientId });
    return verdict;
  }

  /** Logs what no function sees, and so no function logs. The line has no path: that may name a member. */
  function noteRefusal(status: number, route: string | undefined, requestId: string): void {
    const code = codes[status] ?? "internal-error";
    log(`${JSON.stringify({ gateway: "refused", route, status, code, requestId })}\n`);
  }

  async function forward(found: Match, received: Received, claims: Verified["claims"]): Promise<Answer> {
    const { functionName } = found.route;
    try {
      const given = await functions.get(functionName)?.invoke(createEvent(received, found, claims));
      const { statusCode, headers, body, isBase64Encoded } = lambdaAnswer.parse(given);
      return { status: statusCode, headers, body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8") };
    } catch (error) {
      if (!(error instanceof FunctionFailed || error instanceof z.ZodError)) throw error;
      log(`${functionName}: ${error.name}: ${error.message}\n`);
      return ownAnswer(500, { message: "Internal Server Error", requestId: received.requestId });
    }
  }
};

type Headers = Readonly<Record<string, string>>;

/** Both `vary` count. */
const joined = (headers: Headers, added: Headers): Headers => {
  const vary = [headers["vary"], added["vary"]].filter((each) => each !== undefined).join(", ");
  return { ...headers, ...added, ...(vary && { vary }) };
};

/** The code of a problem, if the answer is one. */
const codeIn = ({ headers, body }: Answer): string | undefined =>
  headers["content-type"] === "application/problem+json"
    ? problemBody.parse(JSON.parse(body.toString())).code
    : undefined;

const problemBody = z.object({ code: z.string() });

/**
 * Refusals by API Gateway itself. On AWS their body is only `{"message"}` and cannot be changed. Here a problem document
 * has that member, so that an app gets one media type for all errors.
 */
const ownAnswer = (
  status: number,
  { message, requestId, ...more }: { message: string; requestId: string; detail?: string },
): Answer => ({
  status,
  headers: {
    "content-type": "application/problem+json",
    "content-language": "en",
    "cache-control": "no-store",
    "x-request-id": requestId,
    // A route gets back far more than one request a second.
    ...(status === 429 && { "retry-after": "1" }),
  },
  body: JSON.stringify({ ...problemWith(codes[status] ?? "internal-error", requestId), status, message, ...more }),
});

const codes: Readonly<Record<number, ProblemCode>> = {
  400: "request-invalid",
  401: "unauthenticated",
  403: "forbidden",
  404: "not-found",
  413: "body-too-large",
  421: "request-invalid",
  429: "too-many-requests",
  431: "request-invalid",
};

const refusal = ({ status, why }: Refusal, { scopes = [] }: Route, requestId: string): Answer => {
  const answer = ownAnswer(status, { message: status === 401 ? "Unauthorized" : "Forbidden", requestId });
  const error = status === 401 ? "invalid_token" : "insufficient_scope";
  const details = `scope="${scopes.join(" ")}" error="${error}" error_description="${why}"`;
  return { ...answer, headers: { ...answer.headers, "www-authenticate": `Bearer ${details}` } };
};

/** Answers a request whose Host header names another machine. A web page may have sent it by DNS rebinding. */
export const refuseHost = (response: ServerResponse): void => {
  const detail = "This gateway answers under localhost. ALLOWED_HOSTS names other hosts.";
  const requestId = randomUUID();
  const { status, headers, body } = ownAnswer(421, { message: "Misdirected Request", requestId, detail });
  response.writeHead(status, headers).end(body);
};

/** Answers bytes that Node cannot read as HTTP. There is no request object, so it writes to the socket. */
export const refuseUnreadable = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (error.code === "ECONNRESET" || !socket.writable) return;
  const [status, message] =
    error.code === "HPE_HEADER_OVERFLOW" ? [431, "Request Header Fields Too Large"] : [400, "Bad Request"];
  const { headers, body } = ownAnswer(Number(status), { message: String(message), requestId: randomUUID() });
  const lines = Object.entries({ ...headers, connection: "close", "content-length": Buffer.byteLength(body) });
  socket.end(
    `HTTP/1.1 ${status} ${message}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`,
  );
};
