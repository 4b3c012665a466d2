import type { OpenApiOptions } from "#lib/docs/openapi.ts";

/** How partner apps sign in at this stage. Without a token URL, another issuer's own configuration has it. */
export const signIn: OpenApiOptions = {
  tokenUrl: process.env["TOKEN_URL"] || undefined,
  issuer: process.env["ISSUER"] || undefined,
};
