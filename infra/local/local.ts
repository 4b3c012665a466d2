import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { startSandbox } from "#infra/sandbox/sandbox.ts";
import { createAuthorizer } from "./authorizer.ts";
import { type Bundles, buildBundles } from "./bundles.ts";
import { createGateway } from "./gateway.ts";
import { createIssuer, type Issuer } from "./issuer.ts";
import { type Lambda, startLambda } from "./lambda.ts";
import { listen } from "./listen.ts";
import { createRouter } from "./routes.ts";
import { startSecretsManager } from "./secrets-manager.ts";
import { resolveService, type Service } from "./service.ts";
import { SettingInvalid, type Settings } from "./settings.ts";

const demo = { id: "demo-partner", secret: "demo-secret" };
const sandboxKey = "sandbox-key";

export interface Local {
  readonly url: string;
  /** A token of the demo partner with all scopes. */
  readonly token: string;
  readonly sandbox: { readonly url: string; readonly apiKey: string } | undefined;
  readonly close: () => Promise<void>;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

/** Builds the bundles and serves them as they are deployed, with everything around them on this machine. */
export const startLocal = async ({ port, upstream, sandboxMembers }: Settings): Promise<Local> => {
  const handle = Promise.withResolvers<Handle>();
  const server = createServer({ maxHeaderSize: 10_240 }, (request, response) => {
    handle.promise.then((serve) => serve(request, response)).catch((error) => breakOff(response, error));
  });
  const url = await claim(server, port);
  const sandbox = upstream ? undefined : await startSandbox({ apiKey: sandboxKey, members: sandboxMembers });
  const studio = upstream ?? { baseUrl: sandbox?.url, apiKey: sandboxKey };
  const secrets = await startSecretsManager(new Map([["StudiosSecret", JSON.stringify({ "demo-studio": studio })]]));

  const service = await resolveService({ issuer: url, audience: demo.id });
  const issuer = await createIssuer(url, { clients: [demo], scopes: scopesOf(service) });
  const bundles = await buildBundles(service);
  const functions = await startFunctions(service, bundles, { AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url });
  handle.resolve(serveAll(service, issuer, functions));
  const { body } = await issuer.token(demoForm(), undefined);

  return {
    url,
    token: String(body["access_token"]),
    sandbox: sandbox && { url: sandbox.url, apiKey: sandboxKey },
    close: async () => {
      for (const each of [server, secrets.server]) each.close().closeAllConnections();
      await Promise.all([sandbox?.close(), ...[...functions.values()].map((each) => each.close()), bundles.remove()]);
    },
  };
};

/** @throws SettingInvalid where the port is taken */
const claim = async (server: Server, port: number): Promise<string> => {
  try {
    return await listen(server, port);
  } catch (cause) {
    throw new SettingInvalid(`PORT ${port} cannot be used: something else listens there, or it is reserved`, { cause });
  }
};

const startFunctions = async (
  service: Service,
  bundles: Bundles,
  endpoints: Record<string, string>,
): Promise<Map<string, Lambda>> => {
  const { provider, functions } = service;
  const start = async ([name, own]: [string, Service["functions"][string]]): Promise<[string, Lambda]> => {
    const options = {
      name: own.name,
      bundle: bundles.of(name),
      memorySize: own.memorySize ?? provider.memorySize,
      timeoutSeconds: own.timeout ?? provider.timeout,
      environment: {
        ...lambdaEnvironment(provider.region),
        ...endpoints,
        ...valuesOf({ ...provider.environment, ...own.environment }),
      },
    };
    return [name, await startLambda(options)];
  };
  return new Map(await Promise.all(Object.entries(functions).map(start)));
};

/** What Lambda sets by itself; the credentials are for the embedded services, which take any. */
const lambdaEnvironment = (region: string): Record<string, string> => ({
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  TZ: ":UTC",
});

/** A reference to a resource is its name here. */
const valuesOf = (environment: Service["provider"]["environment"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, typeof value === "object" ? value.Ref : String(value)]),
  );

const scopesOf = ({ functions }: Service): string[] => [
  ...new Set(
    Object.values(functions).flatMap(({ events }) => events.flatMap((each) => each.httpApi.authorizer?.scopes ?? [])),
  ),
];

const serveAll = (service: Service, issuer: Issuer, functions: ReadonlyMap<string, Lambda>): Handle => {
  const authorizers = Object.values(service.provider.httpApi.authorizers);
  const [authorizer] = authorizers;
  if (!authorizer || authorizers.length > 1) throw new Error("the configuration must have exactly one JWT authorizer");
  const authorize = createAuthorizer({ issuer: authorizer.issuerUrl, audience: authorizer.audience }, issuer.jwks);
  const gateway = createGateway({ match: createRouter(service), authorize, functions });
  return async (request, response) => {
    if (request.method !== "POST" || request.url !== "/oauth2/token") return gateway(request, response);
    const form = new URLSearchParams(await text(request));
    const { status, headers, body } = await issuer.token(form, request.headers.authorization);
    return response.writeHead(status, headers).end(JSON.stringify(body));
  };
};

const demoForm = () =>
  new URLSearchParams({ grant_type: "client_credentials", client_id: demo.id, client_secret: demo.secret });

/** The caller went away, or the gateway has a bug: either way nothing more can be said on this connection. */
const breakOff = (response: ServerResponse, error: unknown): void => {
  if (!response.destroyed) process.stderr.write(`gateway: ${error instanceof Error ? error.stack : error}\n`);
  response.destroy();
};
