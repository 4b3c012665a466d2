import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isHostOfOurs, listen } from "#infra/http-server.ts";
import type { Limits } from "#lib/limits/limits.ts";
import { createAuthorizer } from "./authorizer.ts";
import { createConsole } from "./console/console.ts";
import { deliveryOf, type Webhooks } from "./delivery.ts";
import { hasRandomSecrets, hasRemoteUpstream, type Partner, partnersOf, whoCanTry } from "./demo-partners.ts";
import { startEmulators } from "./emulators.ts";
import { createFunctions } from "./functions.ts";
import { createGateway, refuseHost, refuseUnreadable } from "./gateway.ts";
import { createIssuer, createSigningKey, type Issuer, tokenOf } from "./issuer.ts";
import { createJournal, type Journal } from "./journal.ts";
import type { Lambda } from "./lambda.ts";
import { createRouter } from "./routes.ts";
import { deliverTo, startSchedules } from "./schedules.ts";
import { loadService, type Service, withoutQueues } from "./service.ts";
import type { Settings } from "./settings.ts";
import { StartFailed } from "./start-failed.ts";
import { type LocalStudios, type SandboxAddress, startStudios } from "./studios.ts";
import { showIn } from "./terminal.ts";
import { createThrottle } from "./throttle.ts";
import { createTokenEndpoint } from "./token-endpoint.ts";

export interface Local {
  readonly url: string;
  /** A token that reads contracts, and its client. Undefined if no partner can do that with its own token. */
  readonly trial: { readonly clientId: string; readonly token: string } | undefined;
  /** The random secrets of this start. */
  readonly secrets: readonly { readonly clientId: string; readonly secret: string }[];
  /** Whether `/` is the console. */
  readonly hasConsole: boolean;
  readonly sandbox: SandboxAddress | undefined;
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
  /** Of every partner, in place of those in infra/local/partners.yml. */
  readonly partnerLimits?: Limits;
}

/** Runs the functions as they are deployed, and on this machine all that they need. */
export const startLocal = async (settings: Settings, { say, now, partnerLimits }: StartOptions): Promise<Local> => {
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
  say("Starting the sandbox and the emulators of AWS");
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
  const journal = createJournal();
  showIn((text) => process.stderr.write(text), journal, settings);
  recordCalls(studios, journal);
  const emulators = await startEmulators(service, { StudiosSecret: studios.map, ...delivery?.secrets });
  emulators.bus.subscribe(({ id, type, detail }) => journal.published({ id, type, detail }));
  const webhooks = await delivery?.start(service, emulators.credentials);
  const functions = createFunctions(service, {
    bundles: loaded.bundles,
    environment: { ...emulators.environment, ...webhooks?.environment },
    ...(partnerLimits && { partnerLimits }),
    onLog: journal.log,
  });
  webhooks?.run(functions);
  emulators.bus.subscribe((event) => void webhooks?.send(event).catch(logFailure));
  const ending = new AbortController();
  startSchedules(service, functions, ending.signal);
  emulators.bus.subscribe(deliverTo(service, functions, ending.signal));
  const hasConsole = !hasRemoteUpstream(settings);
  const gateway = serveAll(service, { url, issuer, functions, journal, now });
  const console =
    hasConsole && createConsole({ journal, partners, issuer, studios, webhooks, events: emulators.bus.events });
  handle.resolve(
    async (request, response) => (console && (await console(request, response))) || gateway(request, response),
  );

  return {
    url,
    trial: await trialOf(whoCanTry(partners), issuer),
    secrets: hasRandomSecrets(settings) ? partners.map(({ id: clientId, secret }) => ({ clientId, secret })) : [],
    hasConsole,
    sandbox: studios.demo,
    webhooks,
    close: async () => {
      server.close().closeAllConnections();
      ending.abort();
      // Functions end first, because they call the emulators. An emulator that gets a call while it closes throws outside of any call.
      await Promise.all([webhooks?.stop(), ...[...functions.values()].map((each) => each.close())]);
      await Promise.all([studios.close(), emulators.close(), webhooks?.close()]);
    },
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

const recordCalls = ({ sandboxes }: LocalStudios, journal: Journal): void => {
  for (const [studio, sandbox] of Object.entries(sandboxes))
    sandbox.onEnd(({ method, path, headers, ended }) => {
      const traceparent = headers["traceparent"];
      if (ended && typeof traceparent === "string") journal.called({ studio, method, path, ...ended }, traceparent);
    });
};

/** The token has one scope only, so that a command with it stays short. */
const trialOf = async (partner: Partner | undefined, issuer: Issuer): Promise<Local["trial"]> => {
  if (!partner) return undefined;
  const token = await tokenOf(issuer, partner, { scope: "perfectgym/membership.read" });
  return { clientId: partner.id, token };
};

interface Served {
  readonly url: string;
  readonly issuer: Issuer;
  readonly functions: ReadonlyMap<string, Lambda>;
  readonly journal: Journal;
  readonly now: StartOptions["now"];
}

const serveAll = (service: Service, { url, issuer, functions, journal, now }: Served): Handle => {
  const { cors, authorizers } = service.provider.httpApi;
  const { audience } = authorizers.partners;
  const { DefaultRouteSettings, RouteSettings } = service.resources.extensions.HttpApiStage.Properties;
  const gateway = createGateway({
    match: createRouter(service),
    authorize: createAuthorizer({ issuer: url, audience }, issuer.jwks),
    admit: createThrottle({ byDefault: DefaultRouteSettings, byRoute: RouteSettings }, now),
    cors,
    functions,
    log: journal.log,
  });
  const tokens = createTokenEndpoint(issuer, cors);
  return (request, response) => {
    const exchange = journal.open(request, response);
    if (request.method === "POST" && request.url === "/oauth2/token") return tokens(request, response);
    return gateway(request, response, exchange);
  };
};

const logFailure = (error: Error): void => {
  process.stderr.write(`webhooks: ${error.stack}\n`);
};

/** Ends a connection without an answer: the caller went away, or the gateway has a bug. */
const breakOff = (response: ServerResponse, error: unknown): void => {
  if (!response.destroyed) process.stderr.write(`gateway: ${error instanceof Error ? error.stack : error}\n`);
  response.destroy();
};
