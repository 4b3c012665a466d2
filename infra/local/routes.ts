import { paramsIn } from "#infra/http-server.ts";
import type { HttpApi, Service } from "./service.ts";

export interface Route {
  readonly key: string;
  readonly functionName: string;
  /** The scopes that allow the route. Undefined: the route is public. */
  readonly scopes: readonly string[] | undefined;
}

export interface Match {
  readonly route: Route;
  /** Decoded, as API Gateway passes them on. */
  readonly params: Readonly<Record<string, string>>;
}

/** Finds a route as an HTTP API does: literal segments before parameters, no empty segment, no trailing slash. */
export const createRouter = ({ functions }: Service) => {
  const routes = Object.entries(functions).flatMap(([functionName, { events }]) =>
    events.flatMap((event) => ("httpApi" in event ? [routeTo(functionName, event.httpApi)] : [])),
  );
  routes.sort((a, b) => parametersIn(a.path) - parametersIn(b.path));

  /** @throws URIError for a broken escape */
  return (method: string, path: string): Match | undefined => {
    for (const { route, ...own } of routes) {
      const params = own.method === method ? paramsIn(own.path, path) : undefined;
      if (params) return { route, params: decoded(params) };
    }
    return undefined;
  };
};

const routeTo = (functionName: string, { method, path, authorizer }: HttpApi) => ({
  route: { key: `${method.toUpperCase()} ${path}`, functionName, scopes: authorizer?.scopes },
  method: method.toUpperCase(),
  path,
});

const parametersIn = (path: string): number => path.split("{").length;

const decoded = (params: Match["params"]): Match["params"] =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]));
