import * as z from "zod";
import { scopes } from "#lib/operations/operation.ts";

/** What the rights of a partner are made of; infra/config/partners.ts checks the operator's list with the same pieces. */
export const rights = {
  scope: z.enum(scopes),
  studio: z.string().regex(/^[\w.-]+$/),
  /** `partner`: for every member of the studios. `member`: for the one member whom the token's claim names. */
  token: z.enum(["partner", "member"]),
  client: z.string().regex(/^[\w.:@|/-]+$/),
};

/** What infra/partners.yml grants, as the template hands it to every Lambda: clients of the same rights in one entry. */
export const entitlements = z.array(
  z.strictObject({
    clients: z.array(rights.client),
    scopes: z.array(rights.scope),
    studios: z.array(rights.studio),
    tokens: z.array(rights.token),
  }),
);

export type Entitlement = z.infer<typeof entitlements>[number];
