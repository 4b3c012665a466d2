import { health } from "#lib/docs/health.ts";
import { variable } from "#lib/environment.ts";

export const handler = health({ version: variable("VERSION"), commit: variable("COMMIT") });
