import { randomUUID } from "node:crypto";
import { type CryptoKey, exportJWK, generateKeyPair, type JSONWebKeySet, type JWK, SignJWT } from "jose";

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Issuer {
  readonly jwks: JSONWebKeySet;
  /** The token endpoint (RFC 6749, 4.4). Takes a form and perhaps HTTP Basic, returns a token or an OAuth error. */
  readonly token: (form: URLSearchParams, authorization: string | undefined) => Promise<TokenAnswer>;
}

export interface Client {
  readonly id: string;
  readonly secret: string;
  /** The scopes that a token of this client may have. */
  readonly scopes: readonly string[];
}

export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK & { readonly kid: string };
}

/** Takes a while, so start it early. */
export const createSigningKey = async (): Promise<SigningKey> => {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: randomUUID(), alg: "RS256", use: "sig" } };
};

interface IssuerOptions {
  readonly clients: readonly Client[];
  readonly signingKey: SigningKey;
  /** The claim that names the client. @default client_id */
  readonly clientClaim?: string | undefined;
  /** @default none, as Cognito's access tokens */
  readonly audience?: string | undefined;
}

/** Issues tokens as Cognito's client credentials flow does: RS256 with `scope`, changed by the options. */
export const createIssuer = (issuer: string, options: IssuerOptions): Issuer => {
  const { clients, signingKey, clientClaim = "client_id", audience } = options;
  const { privateKey, jwk } = signingKey;

  const sign = ({ id }: Client, { scope, expiresIn, customerId }: Grant) => {
    const now = Math.floor(Date.now() / 1000);
    const member = customerId === undefined ? {} : { customer_id: customerId };
    const client = { [clientClaim]: id, ...(audience && { aud: audience }) };
    return new SignJWT({ ...client, scope, token_use: "access", version: 2, ...member })
      .setProtectedHeader({ alg: "RS256", kid: jwk.kid })
      .setIssuer(issuer)
      .setSubject(id)
      .setJti(randomUUID())
      .setIssuedAt(Math.min(now, now + expiresIn))
      .setExpirationTime(now + expiresIn)
      .sign(privateKey);
  };

  return {
    jwks: { keys: [jwk] },
    token: async (form, authorization) => {
      const client = clientOf(clients, form, authorization);
      if (!client) return refuse("invalid_client", "client_id or client_secret is wrong");
      if (form.get("grant_type") !== "client_credentials")
        return refuse("unsupported_grant_type", "grant_type must be client_credentials");
      const grant = grantOf(form, client.scopes);
      if (typeof grant === "string") return refuse("invalid_scope", grant);
      if (form.get("customer_id") === "") return refuse("invalid_request", "customer_id must not be empty");
      if (!Number.isSafeInteger(grant.expiresIn)) return refuse("invalid_request", "expires_in must be whole seconds");
      const access_token = await sign(client, grant);
      return answer(200, { access_token, token_type: "Bearer", expires_in: grant.expiresIn, scope: grant.scope });
    },
  };
};

/** A client's token, asked for with its own secret. */
export const tokenOf = async (
  issuer: Issuer,
  { id: client_id, secret: client_secret }: Pick<Client, "id" | "secret">,
  more: Readonly<Record<string, string>>,
): Promise<string> => {
  const form = { grant_type: "client_credentials", client_id, client_secret, ...more };
  const { status, body } = await issuer.token(new URLSearchParams(form), undefined);
  if (status !== 200) throw new TypeError(`the issuer refused its own client: ${body["error_description"]}`);
  return String(body["access_token"]);
};

interface Grant {
  readonly scope: string;
  readonly expiresIn: number;
  readonly customerId: string | undefined;
}

const grantOf = (form: URLSearchParams, known: readonly string[]): Grant | string => {
  const wanted = form.get("scope")?.split(" ").filter(Boolean) ?? [];
  const unknown = wanted.find((scope) => !known.includes(scope));
  if (unknown !== undefined) return `scope must be among: ${known.join(" ")}`;
  return {
    scope: (wanted.length > 0 ? wanted : known).join(" "),
    expiresIn: Number(form.get("expires_in") || 3600),
    customerId: form.get("customer_id") || undefined,
  };
};

/** The credentials of a client, sent in one of the two ways of RFC 6749, 2.3.1, but not in both. */
const clientOf = (clients: readonly Client[], form: URLSearchParams, authorization = ""): Client | undefined => {
  const [, basic] = /^Basic +(\S+)$/i.exec(authorization) ?? [];
  const [id, secret] = basic
    ? Buffer.from(basic, "base64")
        .toString()
        .split(/:(.*)/s)
        .map((part) => new URLSearchParams(`v=${part}`).get("v"))
    : [form.get("client_id"), form.get("client_secret")];
  return clients.find((client) => client.id === id && client.secret === secret);
};

const answer = (status: number, body: TokenAnswer["body"]): TokenAnswer => ({
  status,
  headers: { "content-type": "application/json", "cache-control": "no-store", pragma: "no-cache" },
  body,
});

const refuse = (error: string, error_description: string): TokenAnswer => {
  if (error !== "invalid_client") return answer(400, { error, error_description });
  const { headers, ...rest } = answer(401, { error, error_description });
  return { ...rest, headers: { ...headers, "www-authenticate": 'Basic realm="token"' } };
};
