import type { APIGatewayProxyEventV2WithJWTAuthorizer, Context } from "aws-lambda";
import { beforeEach, inject, onTestFinished, vi } from "vitest";
import { startDynamoDb } from "#infra/local/dynamodb.ts";
import { startEventBridge } from "#infra/local/event-bridge.ts";
import { startSecretsManager } from "#infra/local/secrets-manager.ts";
import type { HttpAnswer } from "#lib/http/serving.ts";
import { routeLimits } from "#lib/limits/limits.ts";
import { type Operation, pathOf, scopes } from "#lib/operations/operation.ts";
import { startFaulty } from "./faulty.ts";
import { formOf, sentForm } from "./forms.ts";
import { expectListed } from "./problems.ts";
import { type RecordingUpstream, startUpstream } from "./upstream.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Undefined if the answer is not JSON. */
  readonly json: unknown;
}

export interface Sent {
  readonly params?: Readonly<Record<string, string>>;
  /** Sent as JSON. A string is sent unchanged. */
  readonly body?: unknown;
  /** Sent along with the body. */
  readonly document?: File;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly claims?: Readonly<Record<string, string>> | undefined;
  /** Fields of the event that differ from the usual ones. */
  readonly event?: Readonly<Record<string, unknown>>;
  /** The path that API Gateway got, if it differs from the operation's. */
  readonly rawPath?: string;
  /** Time until Lambda ends the function. */
  readonly remainingMs?: number;
}

/** The partners in tests, with one studio, several, none or an unknown one, and one that may only read. */
const both = ["partner", "member"];
const partners = [
  { clients: ["partner-of-tests"], scopes, studios: ["studio-of-tests"], tokens: both },
  { clients: ["partner-of-two"], scopes, studios: ["studio-of-tests", "other-studio"], tokens: both },
  { clients: ["partner-of-other"], scopes, studios: ["other-studio"], tokens: both },
  { clients: ["partner-of-nothing"], scopes, studios: [], tokens: both },
  { clients: ["partner-of-nowhere"], scopes, studios: ["studio-that-closed"], tokens: both },
  {
    clients: ["partner-who-reads"],
    scopes: ["membership.read", "customer.read"],
    studios: ["studio-of-tests"],
    tokens: ["partner"],
  },
  { clients: ["app-of-members"], scopes, studios: ["studio-of-tests"], tokens: ["member"] },
  {
    clients: ["partner-with-limits"],
    scopes,
    studios: ["studio-of-tests"],
    tokens: ["partner"],
    limits: { reads: 2, writes: 1 },
  },
].map((partner) => ({ limits: routeLimits, ...partner }));

const scopeClaim = scopes.map((scope) => `perfectgym/${scope}`).join(" ");

export const partnerClaims = { client_id: "partner-of-tests", scope: scopeClaim };

type Handler = (event: APIGatewayProxyEventV2WithJWTAuthorizer, context: Context) => Promise<HttpAnswer>;

export const pepper = "pepper-of-tests".repeat(3);

/** One recording upstream and one secret for each test file, because the functions of a file share their wiring. */
const startBackend = async () => {
  const upstream = await startUpstream();
  const secrets = new Map([
    ["studios", secretFor(upstream)],
    ["pepper", pepper],
  ]);
  const secretsManager = await startFaulty((await startSecretsManager(secrets)).url);
  vi.stubEnv("STUDIOS_SECRET_ID", "studios");
  vi.stubEnv("WRITES_PEPPER_ID", "pepper");
  const dynamodb = await startDynamoDb(inject("tables"));
  const eventBridge = await startEventBridge();
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", secretsManager.url);
  const [table, bus] = [await startFaulty(dynamodb.url), await startFaulty(eventBridge.url)];
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", table.url);
  vi.stubEnv("AWS_ENDPOINT_URL_EVENTBRIDGE", bus.url);
  vi.stubEnv("WRITES_TABLE", "WritesTable");
  vi.stubEnv("LIMITS_TABLE", "LimitsTable");
  vi.stubEnv("EVENT_BUS", "EventBus");
  vi.stubEnv("PARTNERS", JSON.stringify(partners));
  vi.stubEnv("METRICS_NAMESPACE", "of-tests");
  vi.stubEnv("MEMBER_CLAIM", "customer_id");
  vi.stubEnv("AWS_PATIENCE", "10");
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  return { upstream, secrets, secretsManager, table, bus, events: eventBridge.events };
};

let backend: ReturnType<typeof startBackend> | undefined;

/** The handler of a file in functions/, with the real SDK and client, before a recording upstream. */
export const aFunction = async (operation: Operation, load: () => Promise<{ handler: unknown }>) => {
  backend ??= startBackend();
  const { upstream, ...rest } = await backend;
  const { handler } = (await load()) as { handler: Handler };

  const send = async (given: Sent = {}): Promise<Answer> => {
    const sent = operation.document && given.body !== undefined ? await inForm(given) : given;
    const { statusCode = 0, headers = {}, body = "" } = await handler(eventOf(operation, sent), contextOf(sent));
    const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    const json = /[/+]json\b/.test(texts["content-type"] ?? "") ? JSON.parse(body) : undefined;
    if (statusCode >= 400) expectListed(json, texts);
    return { status: statusCode, headers: texts, text: body, json };
  };
  return { send, upstream, ...rest };
};

/** A request to an operation that takes a form, with the body as its data. */
const inForm = async ({ body, document, ...sent }: Sent): Promise<Sent> => {
  const { headers, event } = await sentForm(formOf(body, document));
  return { ...sent, headers: { ...headers, ...sent.headers }, event: { ...event, ...sent.event } };
};

const secretFor = ({ url }: RecordingUpstream, apiKey = "key-of-tests"): string =>
  JSON.stringify({ "studio-of-tests": { baseUrl: url, apiKey, timeZone: "Europe/Berlin" } });

/** Keeps the log of each test of a file away from the terminal. */
export const hideLog = (): void => {
  beforeEach(() => void vi.spyOn(process.stdout, "write").mockReturnValue(true));
};

/** What the process writes to stdout during a test, parsed, one entry for each line. */
export const theLog = (): Record<string, unknown>[] => {
  const lines: Record<string, unknown>[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((line) => {
    lines.push(JSON.parse(String(line)));
    return true;
  });
  onTestFinished(() => write.mockRestore());
  return lines;
};

/** Stops the clock at a time until the end of the test. Timers stay real. */
export const setClock = (ms: number): void => {
  vi.useFakeTimers({ toFake: ["Date"], now: ms });
  onTestFinished(() => void vi.useRealTimers());
};

/** What Lambda hands a handler besides the event. */
export const contextOf = ({ remainingMs = 27_000 }: Sent): Context => {
  const deadline = Date.now() + remainingMs;
  return { awsRequestId: "lambda-of-tests", getRemainingTimeInMillis: () => deadline - Date.now() } as Context;
};

const eventOf = (operation: Operation, sent: Sent): APIGatewayProxyEventV2WithJWTAuthorizer => {
  const { params = {}, body, headers = {}, query } = sent;
  const claims = "claims" in sent ? sent.claims : partnerClaims;
  const path = pathOf(operation, params);
  const declared = { ...(body !== undefined && { "content-type": "application/json" }), ...headers };
  return {
    version: "2.0",
    routeKey: `${operation.method} ${operation.path}`,
    rawPath: sent.rawPath ?? path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: Object.fromEntries(
      Object.entries(declared).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    ...(query && { queryStringParameters: query }),
    requestContext: {
      ...(claims && { authorizer: { jwt: { claims, scopes: [] } } }),
      http: { method: operation.method, path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" },
      requestId: "request-of-tests=",
      stage: "$default",
    } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer["requestContext"],
    pathParameters: params,
    isBase64Encoded: false,
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    ...sent.event,
  };
};
