import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isHostOfOurs, listen, readBody } from "#infra/http-server.ts";
import { startSandbox } from "#infra/sandbox/sandbox.ts";
import { createAuthorizer } from "./authorizer.ts";
import { corsHeaders } from "./cors.ts";
import { hasRandomSecrets, partnersOf, whoCanTry } from "./demo-partners.ts";
import { startEmulators } from "./emulators.ts";
import type { PublishedEvent } from "./event-bridge.ts";
import { createFunctions } from "./functions.ts";
import { createGateway, refuseHost, refuseUnreadable } from "./gateway.ts";
import type { Credentials } from "./guard.ts";
import { type Client, createIssuer, createSigningKey, type Issuer, type TokenAnswer } from "./issuer.ts";
import type { Lambda } from "./lambda.ts";
import { createRouter } from "./routes.ts";
import { deliverTo, startSchedules } from "./schedules.ts";
import { loadService, type Service, withoutQueues } from "./service.ts";
import type { Settings } from "./settings.ts";
import { StartFailed } from "./start-failed.ts";
import { createThrottle } from "./throttle.ts";
import type { Webhooks } from "./webhooks.ts";

const sandboxKey = "sandbox-key";

/** The greatest size of a token request, in bytes. */
const formLimit = 16 * 1024;

const tooLarge: TokenAnswer = {
  status: 413,
  headers: { "content-type": "application/json", "cache-control": "no-store" },
  body: { error: "invalid_request", error_description: `a token request may have at most ${formLimit} bytes` },
};

export interface Local {
  readonly url: string;
  /** A token for trying the gateway, and its client. Undefined if no partner can read contracts with its own token. */
  readonly trial: { readonly clientId: string; readonly scope: string; readonly token: string } | undefined;
  /** The random secrets of this start. */
  readonly secrets: readonly { readonly clientId: string; readonly secret: string }[];
  readonly sandbox: { readonly url: string; readonly apiKey: string } | undefined;
  /** Undefined without `EVENTS_URL`. */
  readonly webhooks: Webhooks | undefined;
  readonly close: () => Promise<void>;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

export interface StartOptions {
  /** Reports steps that take long. */
  readonly say: (what: string) => void;
  /** The throttle's clock, in milliseconds. @default the machine's */
  readonly now?: () => number;
}

/** Runs the functions as they are deployed, and on this machine all that they need. */
export const startLocal = async (settings: Settings, { say, now }: StartOptions): Promise<Local> => {
  const handle = Promise.withResolvers<Handle>();
  const server = createServer({ maxHeaderSize: 10_240 }, (request, response) => {
    if (!isHostOfOurs(request.headers.host, settings.allowedHosts)) return refuseHost(response);
    handle.promise.then((serve) => serve(request, response)).catch((error) => breakOff(response, error));
  });
  // As long as API Gateway's. After Node's five seconds, a busy client may use a connection that was just closed.
  server.keepAliveTimeout = 60_000;
  server.on("clientError", refuseUnreadable);
  const url = await claim(server, settings.port);
  const signingKey = createSigningKey();
  const studios = await startStudios(settings);
  const loaded = await loadService(settings.stage, say);
  const delivery = await deliveryOf(settings, loaded.service);
  const requested = withoutQueues(loaded.service);
  const service = { ...requested, functions: { ...requested.functions, ...delivery?.functions } };
  const partners = partnersOf(service, settings);
  const issuer = createIssuer(url, {
    clients: partners,
    signingKey: await signingKey,
    clientClaim: settings.stage.clientClaim,
    audience: settings.stage.audience?.[0],
  });
  const emulators = await startEmulators(service, { StudiosSecret: studios.map, ...delivery?.secrets });
  emulators.bus.subscribe(logEvent);
  const webhooks = await delivery?.start(service, emulators.credentials);
  const functions = createFunctions(service, {
    bundles: loaded.bundles,
    environment: { ...emulators.environment, ...webhooks?.environment },
  });
  webhooks?.run(functions);
  emulators.bus.subscribe((event) => void webhooks?.send(event).catch(logFailure));
  const stopSchedules = startSchedules(service, functions);
  emulators.bus.subscribe(deliverTo(service, functions));
  handle.resolve(serveAll(service, { url, issuer, functions, now }));

  return {
    url,
    trial: await trialOf(whoCanTry(partners), issuer),
    secrets: hasRandomSecrets(settings) ? partners.map(({ id: clientId, secret }) => ({ clientId, secret })) : [],
    sandbox: studios.demo && { url: studios.demo.url, apiKey: sandboxKey },
    webhooks,
    close: async () => {
      server.close().closeAllConnections();
      stopSchedules();
      // Functions end first, because they call the emulators. An emulator that gets a call while it closes throws outside of any call.
      await Promise.all([webhooks?.stop(), ...[...functions.values()].map((each) => each.close())]);
      await Promise.all([studios.close(), emulators.close(), webhooks?.close()]);
    },
  };
};

/** How events are delivered, if `EVENTS_URL` is set. Only then the queues' code is loaded. */
const deliveryOf = async (settings: Settings, service: Service) => {
  const { eventsUrl: url } = settings;
  if (url === undefined) return undefined;
  const { deliveringTo, signingSecret, signingSecrets, startWebhooks } = await import("./webhooks.ts");
  const secret = signingSecret(settings);
  return {
    functions: deliveringTo(url, service),
    secrets: { WebhookSecrets: signingSecrets(service, secret) },
    start: (own: Service, credentials: Credentials) => startWebhooks(own, { url, secret, credentials }),
  };
};

/** The studios of infra/local/partners.yml. With another upstream, that is the demo studio and the only one. */
const startStudios = async (settings: Settings) => {
  const { upstream, sandboxMembers: members, contactChanges, defaultCancelationReasonId } = settings;
  const own = defaultCancelationReasonId === undefined ? {} : { defaultCancelationReasonId };
  if (upstream)
    return { map: { "demo-studio": { ...upstream, ...own } }, demo: undefined, close: async () => undefined };
  const demo = await startSandbox({ apiKey: sandboxKey, members, contactChanges });
  const other = await startSandbox({ apiKey: "other-sandbox-key", members, contactChanges, seed: 2 });
  return {
    map: {
      "demo-studio": { baseUrl: demo.url, apiKey: sandboxKey, timeZone: "Europe/Berlin", ...own },
      "other-studio": { baseUrl: other.url, apiKey: "other-sandbox-key" },
    },
    demo,
    close: () => Promise.all([demo.close(), other.close()]),
  };
};

/** @throws StartFailed if the port is taken */
const claim = async (server: Server, port: number): Promise<string> => {
  try {
    return await listen(server, port);
  } catch (cause) {
    throw new StartFailed(`PORT ${port} is in use or reserved: set PORT to another number, or to 0 for any free port`, {
      cause,
    });
  }
};

const trialOf = async (partner: Client | undefined, issuer: Issuer): Promise<Local["trial"]> => {
  if (!partner) return undefined;
  const { id: clientId, secret } = partner;
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: secret };
  const { body } = await issuer.token(new URLSearchParams(form), undefined);
  return { clientId, scope: String(body["scope"]), token: String(body["access_token"]) };
};

interface Served {
  readonly url: string;
  readonly issuer: Issuer;
  readonly functions: ReadonlyMap<string, Lambda>;
  readonly now: StartOptions["now"];
}

const serveAll = (service: Service, { url, issuer, functions, now }: Served): Handle => {
  const { cors, authorizers } = service.provider.httpApi;
  const { audience } = authorizers.partners;
  const { DefaultRouteSettings, RouteSettings } = service.resources.extensions.HttpApiStage.Properties;
  const gateway = createGateway({
    match: createRouter(service),
    authorize: createAuthorizer({ issuer: url, audience }, issuer.jwks),
    admit: createThrottle({ byDefault: DefaultRouteSettings, byRoute: RouteSettings }, now),
    cors,
    functions,
  });
  return async (request, response) => {
    if (request.method !== "POST" || request.url !== "/oauth2/token") return gateway(request, response);
    const form = await readBody(request, formLimit);
    const { status, headers, body } = form
      ? await issuer.token(new URLSearchParams(form.toString()), request.headers.authorization)
      : tooLarge;
    return response.writeHead(status, { ...headers, ...corsHeaders(cors, request) }).end(JSON.stringify(body));
  };
};

const logEvent = ({ type, detail }: PublishedEvent): void => {
  process.stderr.write(`${JSON.stringify({ event: type, ...detail })}\n`);
};

const logFailure = (error: Error): void => {
  process.stderr.write(`webhooks: ${error.stack}\n`);
};

/** Ends a connection without an answer: the caller went away, or the gateway has a bug. */
const breakOff = (response: ServerResponse, error: unknown): void => {
  if (!response.destroyed) process.stderr.write(`gateway: ${error instanceof Error ? error.stack : error}\n`);
  response.destroy();
};
