import { variable } from "#lib/environment.ts";
import { entitlements } from "#lib/http/entitlements.ts";
import { createHomeStudios } from "#lib/http/home-studio.ts";
import { usualClientClaims } from "#lib/http/principal.ts";
import type { Live } from "#lib/http/serving.ts";
import { limiter } from "./limits.ts";
import { log, now, perfectgym } from "./upstream.ts";

/** The real side effects of a Lambda that reads. */
export const reads: Live = {
  access: {
    entitlements: entitlements.parse(JSON.parse(variable("PARTNERS"))),
    clientClaims: process.env["CLIENT_CLAIM"] ? [process.env["CLIENT_CLAIM"]] : usualClientClaims,
    memberClaim: variable("MEMBER_CLAIM"),
  },
  limiter,
  findStudio: createHomeStudios({ perfectgym, now }),
  perfectgym,
  log,
  now,
};
