import { pathId } from "#lib/operations/fields.ts";
import { isWrite, type Operation } from "#lib/operations/operation.ts";
import { RequestInvalid, RequestRefused } from "#lib/problems/types.ts";
import type { AccessRules, Entitlement } from "./entitlements.ts";
import type { Arrival, HttpEvent, Principal } from "./serving.ts";

/** Who is calling over HTTP, before it is certain in which studio. */
export interface Caller extends Omit<Principal, "studioId"> {
  /** All that its client may use. */
  readonly studios: readonly string[];
  /** The one that the request names, or the client's only one. Undefined: the home studio of the path's customer. */
  readonly named: string | undefined;
}

/** The claims that name the client unless the stage sets another: that of RFC 9068, and that of OpenID Connect. */
export const usualClientClaims: readonly string[] = ["client_id", "azp"];

/** Claims as the gateway's authorizer passes them on, a list as `[a b]`. Undefined if a route lacks its authorizer. */
type Claims = Readonly<Record<string, unknown>>;

/**
 * Who is calling over HTTP. Refuses everything that the token does not allow: operation, customer and studio.
 * @throws RequestRefused, RequestInvalid
 */
export const callerOf = (
  operation: Pick<Operation, "scope" | "params" | "write">,
  rules: AccessRules,
  { event, record }: Pick<Arrival<HttpEvent>, "event" | "record">,
): Caller => {
  const claims: Claims | undefined = event.requestContext.authorizer?.jwt?.claims;
  if (!claims) throw new RequestRefused("unauthenticated", "no verified token");
  const clientId = clientOf(claims, rules);
  if (isLoggable(clientId)) record.note({ clientId });
  const { scopes, studios, tokens, limits } = partnerOf(clientId, claims, rules);
  if (!operation.scope || !scopes.includes(operation.scope))
    throw new RequestRefused("forbidden", "The token does not have the required scope.");
  const member = memberOf(claims, rules);
  allowCustomer(member, { path: event.pathParameters ?? {}, studios, tokens });
  const named = namedStudio(event, studios);
  if (named !== undefined) record.note({ studioId: named });
  else if (!mayFindStudio(operation, event)) throw studioRequired();
  return { clientId, member, limits, studios, named };
};

/** The client that a token names. A token that names two is refused. */
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

/** Whether a client id looks like one. A claim that was chosen by mistake may hold an e-mail address. */
const isLoggable = (clientId: string): boolean => /^[\w.:|/-]{1,128}$/.test(clientId);

/** What a token allows: the scopes that both the token and the entry of its client grant. */
const partnerOf = (clientId: string, claims: Claims, { entitlements }: AccessRules) => {
  const entitlement = entitlements.find(({ clients }) => clients.includes(clientId));
  if (!entitlement) throw new RequestRefused("forbidden", "The token's client is not registered with this gateway.");
  const { scopes, ...rights } = entitlement;
  const granted = String(claims["scope"] ?? claims["scp"] ?? "")
    .replace(/^\[(.*)\]$/, "$1")
    .split(" ");
  return { ...rights, scopes: scopes.filter((scope) => granted.includes(`perfectgym/${scope}`)) };
};

/** The customer id of a member's token; undefined for a token without the claim. */
const memberOf = (claims: Claims, { memberClaim }: AccessRules): string | undefined => {
  if (!Object.hasOwn(claims, memberClaim)) return undefined;
  const member = pathId.safeParse(claims[memberClaim]);
  if (!member.success) throw new RequestRefused("forbidden", "The token's member claim is not a customer id.");
  return member.data;
};

/** A member's token allows her own record only. Its client needs exactly one studio: ids repeat between studios. */
const allowCustomer = (
  member: string | undefined,
  {
    path,
    studios,
    tokens,
  }: { path: Readonly<Record<string, string | undefined>> } & Pick<Entitlement, "studios" | "tokens">,
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

/** The studio that the header chooses. Without the header, the client's only one. */
const namedStudio = ({ headers }: HttpEvent, studios: readonly string[]): Caller["named"] => {
  const wanted = headers["studio-id"];
  if (wanted === undefined && studios.length > 1) return undefined;
  const named = wanted === undefined ? studios[0] : studios.find((studio) => studio === wanted);
  if (named === undefined) throw studioForbidden();
  return named;
};

export const studioForbidden = (): RequestRefused =>
  new RequestRefused("forbidden", "The token does not allow access to this studio.");

/** A write without a key cannot be bound to the studio that was found, so its caller must name one. */
const mayFindStudio = (operation: Pick<Operation, "params" | "write">, { headers }: HttpEvent): boolean =>
  "customerId" in operation.params.shape && (!isWrite(operation) || headers["idempotency-key"] !== undefined);

export const studioRequired = (): RequestInvalid =>
  new RequestInvalid([
    { in: "header", pointer: "/studio-id", detail: "is required, because the token allows several studios" },
  ]);
