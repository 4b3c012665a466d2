import { pathId } from "#lib/operations/fields.ts";
import type { Operation } from "#lib/operations/operation.ts";
import { RequestInvalid, RequestRefused } from "#lib/problems/types.ts";
import type { Entitlement } from "./entitlements.ts";
import type { HttpEvent, Middleware } from "./serving.ts";

export interface AccessRules {
  /** A client that is not here may nothing. */
  readonly entitlements: readonly Entitlement[];
  /** The claims that may name a token's client. Those of them that a token has must agree. */
  readonly clientClaims: readonly string[];
  /** The claim that makes a token a member's. */
  readonly memberClaim: string;
}

/** Where tokens name their client unless the stage says otherwise: RFC 9068's claim, and OpenID Connect's. */
export const usualClientClaims: readonly string[] = ["client_id", "azp"];

/** Who calls, checked: a partner's app for members of its studios, or for one member alone. */
export interface Principal {
  readonly clientId: string;
  readonly studioId: string;
  /** The customer id of a member's token. */
  readonly member?: string | undefined;
}

/** Claims as the gateway's authorizer hands them on, a list as `[a b]`; none where a route lacks its authorizer. */
type Claims = Readonly<Record<string, unknown>>;

/** Lets a request through only if its token is good for the operation, the customer and the studio. Default deny. */
export const authorize = (operation: Operation, rules: AccessRules): Middleware => ({
  before: ({ event, context: { serving } }) => {
    const claims: Claims | undefined = event.requestContext.authorizer?.jwt?.claims;
    if (!claims) throw new RequestRefused("unauthenticated", "no verified token");
    const clientId = clientOf(claims, rules);
    if (isLoggable(clientId)) serving.record.note({ clientId });
    const { scopes, studios, tokens } = partnerOf(clientId, claims, rules);
    if (!operation.scope || !scopes.includes(operation.scope))
      throw new RequestRefused("forbidden", "The token does not have the required scope.");
    const member = memberOf(claims, rules);
    allowCustomer(member, { path: event.pathParameters ?? {}, studios, tokens });
    const studioId = studioOf(event, studios);
    serving.principal = { clientId, studioId, member };
    serving.record.note({ studioId });
  },
});

/** Who invokes the Lambda itself, past the gateway, was let in by IAM: a job of the gym's own, for any member. */
export const asService = (studioId: string): Middleware => ({
  before: ({ context: { serving } }) => {
    const clientId = "service";
    serving.principal = { clientId, studioId };
    serving.record.note({ clientId, studioId });
  },
});

/** The client that a token names. Two different ones are nobody's to choose between. */
const clientOf = (claims: Claims, { clientClaims }: AccessRules): string => {
  const names = clientClaims.filter((name) => Object.hasOwn(claims, name) && claims[name] !== null);
  const [client = "", ...others] = new Set(names.map((name) => String(claims[name])));
  if (others.length > 0)
    throw new RequestRefused("forbidden", `The token's claims ${names.join(" and ")} name different clients.`);
  if (client === "")
    throw new RequestRefused(
      "forbidden",
      `The token names no client. This gateway reads the claim ${clientClaims.join(" or ")}.`,
    );
  return client;
};

/** Whether a client's id looks like one: a claim chosen by mistake may hold a person's e-mail address. */
const isLoggable = (clientId: string): boolean => /^[\w.:|/-]{1,128}$/.test(clientId);

/** What a token may do: the scopes that both it and the configuration of its client grant. */
const partnerOf = (clientId: string, claims: Claims, { entitlements }: AccessRules) => {
  const entitlement = entitlements.find(({ clients }) => clients.includes(clientId));
  if (!entitlement) throw new RequestRefused("forbidden", "The token's client is not registered with this gateway.");
  const { scopes, studios, tokens } = entitlement;
  const granted = String(claims["scope"] ?? claims["scp"] ?? "")
    .replace(/^\[(.*)\]$/, "$1")
    .split(" ");
  return { studios, tokens, scopes: scopes.filter((scope) => granted.includes(`perfectgym/${scope}`)) };
};

/** The customer id of a member's token; undefined for a token without the claim. */
const memberOf = (claims: Claims, { memberClaim }: AccessRules): string | undefined => {
  if (!Object.hasOwn(claims, memberClaim)) return undefined;
  const member = pathId.safeParse(claims[memberClaim]);
  if (!member.success) throw new RequestRefused("forbidden", "The token's member claim is not a customer id.");
  return member.data;
};

/** A member's token is good for her record only, and only where her customer id can mean nobody else's. */
const allowCustomer = (
  member: string | undefined,
  {
    path,
    studios,
    tokens,
  }: { path: Readonly<Record<string, string | undefined>> } & Omit<Entitlement, "clients" | "scopes">,
): void => {
  if (!tokens.includes(member === undefined ? "partner" : "member"))
    throw new RequestRefused("forbidden", "The token's client may not use this kind of token.");
  if (member === undefined) return;
  if (studios.length !== 1)
    throw new RequestRefused("forbidden", "A member's token requires a client with exactly one studio.");
  const wanted = path["customerId"];
  if (wanted !== undefined && wanted !== member)
    throw new RequestRefused("forbidden", "The token does not allow access to this customer.");
};

const studioOf = ({ headers }: HttpEvent, studios: readonly string[]): string => {
  const wanted = headers["studio-id"];
  const [only, ...others] = studios;
  if (wanted === undefined && others.length > 0) {
    const detail = "is required, because the token allows several studios";
    throw new RequestInvalid([{ in: "header", pointer: "/studio-id", detail }]);
  }
  const chosen = wanted === undefined ? only : studios.find((studio) => studio === wanted);
  if (chosen === undefined) throw new RequestRefused("forbidden", "The token does not allow access to this studio.");
  return chosen;
};
