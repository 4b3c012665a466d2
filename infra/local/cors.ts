import type { IncomingMessage } from "node:http";

export interface CorsSettings {
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposedResponseHeaders: readonly string[];
  readonly maxAge: number;
}

/** Headers that an HTTP API adds to a cross-origin answer. None if CORS is off or does not list the origin. */
export const corsHeaders = (
  settings: CorsSettings | undefined,
  { headers, method }: IncomingMessage,
): Record<string, string> => {
  const { origin } = headers;
  if (!settings || origin === undefined || !settings.allowedOrigins.includes(origin)) return {};
  const always = { "access-control-allow-origin": origin, vary: "Origin" };
  if (method !== "OPTIONS")
    return { ...always, "access-control-expose-headers": settings.exposedResponseHeaders.join(",") };
  return {
    ...always,
    "access-control-allow-methods": settings.allowedMethods.join(","),
    "access-control-allow-headers": settings.allowedHeaders.join(","),
    "access-control-max-age": String(settings.maxAge),
  };
};

/** If CORS is on, an HTTP API answers preflights itself, before it looks at routes and tokens. */
export const isPreflight = (settings: CorsSettings | undefined, { headers, method }: IncomingMessage): boolean =>
  settings !== undefined && method === "OPTIONS" && headers.origin !== undefined;
