import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { parseJson } from "#lib/operations/json.ts";

export interface JwtAuthorizer {
  readonly issuer: string;
  readonly audience: readonly string[];
}

export interface Refusal {
  readonly status: 401 | 403;
  readonly why: string;
}

/** The decision about a request, with the claims if it may pass. */
type Verdict = { readonly claims: Readonly<Record<string, string>> } | Refusal;

/**
 * Verifies tokens as an HTTP API's JWT authorizer does: RSA signature, issuer, times, `aud` (or else `client_id`) in the
 * audience, one of the route's scopes.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export const createAuthorizer = ({ issuer, audience }: JwtAuthorizer, jwks: JSONWebKeySet) => {
  const keys = createLocalJWKSet(jwks);

  return async (header: string | undefined, scopes: readonly string[]): Promise<Verdict> => {
    const token = header?.replace(/^Bearer +/i, "");
    if (!token) return { status: 401, why: "no token" };
    const payload = await verify(token);
    if (typeof payload === "string") return { status: 401, why: payload };
    const claims = exactClaims(token);
    const aud = payload.aud === undefined ? payload["client_id"] : payload.aud;
    if (![aud].flat().some((one) => audience.includes(String(one)))) return { status: 401, why: "audience" };
    if (!scopesOf(payload).some((scope) => scopes.includes(scope))) return { status: 403, why: "insufficient_scope" };
    return { claims: Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, asText(value)])) };
  };

  async function verify(token: string): Promise<JWTPayload | string> {
    const options = { issuer, algorithms: ["RS256", "RS384", "RS512"], requiredClaims: ["exp"] };
    try {
      const { payload } = await jwtVerify(token, keys, options);
      return payload.iat !== undefined && payload.iat > Date.now() / 1000 ? "issued in the future" : payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return error.code;
      throw error;
    }
  }
};

/** The claims of a verified token. Numbers keep all their digits: a rounded id would be the id of another member. */
const exactClaims = (token: string): object => {
  const [, payload = ""] = token.split(".");
  return Object(parseJson(Buffer.from(payload, "base64url").toString()));
};

const scopesOf = ({ scope, scp }: JWTPayload): string[] =>
  [scope ?? scp].flat().flatMap((text) => String(text ?? "").split(" "));

/** API Gateway passes every claim on as text, a list as `[a b]`. A rounded number must not look like a whole number. */
const asText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(asText).join(" ")}]`;
  return typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER ? value.toExponential() : String(value);
};
