import * as z from "zod/mini";
import { limits } from "#lib/limits/limits.ts";
import { scopes } from "#lib/operations/operation.ts";

/** The parts of a partner's rights. infra/config/partners.ts checks the operator's list with the same schemas. */
export const rights = {
  scope: z.enum(scopes),
  studio: z.string().check(z.regex(/^[\w.-]+$/)),
  /** `partner`: for all members of the studios. `member`: for the one member that the token's claim names. */
  token: z.enum(["partner", "member"]),
  client: z.string().check(z.regex(/^[\w.:@|/-]+$/)),
};

/** The rights in infra/partners.yml, as each Lambda gets them from the template. One entry has clients with the same rights. */
export const entitlements = z.array(
  z.strictObject({
    clients: z.array(rights.client),
    scopes: z.array(rights.scope),
    studios: z.array(rights.studio),
    tokens: z.array(rights.token),
    limits,
  }),
);

export type Entitlement = z.infer<typeof entitlements>[number];

export interface AccessRules {
  /** A client without an entry may do nothing. */
  readonly entitlements: readonly Entitlement[];
  /** The claims that may name a token's client. If a token has several of them, they must agree. */
  readonly clientClaims: readonly string[];
  /** The claim that makes a token a member's token. */
  readonly memberClaim: string;
}
