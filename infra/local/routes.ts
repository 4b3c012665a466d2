import type { HttpApi, Service } from "./service.ts";

export interface Route {
  readonly key: string;
  readonly functionName: string;
  /** Undefined: public. */
  readonly scopes: readonly string[] | undefined;
}

export interface Match {
  readonly route: Route;
  /** Decoded, as API Gateway hands them on. */
  readonly params: Readonly<Record<string, string>>;
}

/** Finds a route as an HTTP API does: literal segments before parameters, no empty segment, no trailing slash. */
export const createRouter = ({ functions }: Service) => {
  const routes = Object.entries(functions).flatMap(([functionName, { events }]) =>
    events.flatMap((event) => ("httpApi" in event ? [routeTo(functionName, event.httpApi)] : [])),
  );
  routes.sort((a, b) => a.segments.filter(isParameter).length - b.segments.filter(isParameter).length);

  return (method: string, path: string): Match | undefined => {
    const given = path.split("/");
    const found = routes.find((route) => route.method === method && fits(route.segments, given));
    return found && { route: found.route, params: paramsOf(found.segments, given) };
  };
};

const routeTo = (functionName: string, { method, path, authorizer }: HttpApi) => ({
  route: { key: `${method.toUpperCase()} ${path}`, functionName, scopes: authorizer?.scopes },
  method: method.toUpperCase(),
  segments: path.split("/"),
});

const isParameter = (segment: string): boolean => segment.startsWith("{");

const fits = (segments: readonly string[], given: readonly string[]): boolean =>
  segments.length === given.length &&
  segments.every((segment, i) => (isParameter(segment) ? given[i] !== "" : segment === given[i]));

/** @throws URIError for a broken escape */
const paramsOf = (segments: readonly string[], given: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    segments.flatMap((segment, i) =>
      isParameter(segment) ? [[segment.slice(1, -1), decodeURIComponent(given[i] ?? "")]] : [],
    ),
  );
