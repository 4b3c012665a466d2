import { pathId } from "#lib/operations/fields.ts";
import { Forbidden, Unauthenticated } from "./errors.ts";
import type { HttpEvent, Middleware } from "./serving.ts";

/** Who calls: a partner's app for itself, or a member through one. */
export interface Principal {
  readonly clientId: string;
  /** Set: a member's token, good for this one record. */
  readonly customerId?: string;
}

/** Claims as the gateway's authorizer hands them on; none where a route lacks its authorizer. */
type Claims = Readonly<Record<string, unknown>>;

/** Lets a request through only if its principal may act on the path's customer. */
export const authorize = (): Middleware => ({
  before: ({ event, context }) => {
    const principal = principalOf(event);
    context.serving.record.clientId = principal.clientId;
    allow(principal, event.pathParameters ?? {});
  },
});

/** Reads the principal from verified claims. @throws Unauthenticated, Forbidden for claims that are not clear. */
const principalOf = (event: HttpEvent): Principal => {
  const claims: Claims | undefined = event.requestContext.authorizer?.jwt?.claims;
  if (!claims) throw new Unauthenticated("no verified token");
  const clientId = claims["client_id"] ?? claims["azp"];
  if (typeof clientId !== "string" || clientId === "") throw new Forbidden("The token names no client.");
  if (!Object.hasOwn(claims, "customer_id")) return { clientId };
  const customerId = pathId.safeParse(claims["customer_id"]);
  if (!customerId.success) throw new Forbidden("The token's customer_id is not a customer id.");
  return { clientId, customerId: customerId.data };
};

/** Lets a member reach only her own record. @throws Forbidden */
const allow = ({ customerId }: Principal, params: Readonly<Record<string, string | undefined>>): void => {
  const wanted = params["customerId"];
  if (customerId !== undefined && wanted !== undefined && customerId !== wanted)
    throw new Forbidden("The token is not good for this customer.");
};
