import { createHmac } from "node:crypto";
import { CompactSign, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { expect, test } from "vitest";
import { createAuthorizer } from "#infra/local/authorizer.ts";

const issuer = "https://issuer.example.com";
const { privateKey, publicKey } = await generateKeyPair("RS256");
const authorize = createAuthorizer(
  { issuer, audience: ["known-client"] },
  { keys: [{ ...(await exportJWK(publicKey)), kid: "1", alg: "RS256", use: "sig" }] },
);

const now = () => Math.floor(Date.now() / 1000);
const good = (): JWTPayload => ({ iss: issuer, client_id: "known-client", scope: "a b", iat: now(), exp: now() + 60 });

const signed = (claims: JWTPayload) =>
  new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(privateKey);

test("the claims of a valid token are passed on as text", async () => {
  const token = await signed({ ...good(), amr: ["x", "y"], version: 2 });
  expect(await authorize(`Bearer ${token}`, ["b"])).toEqual({
    claims: expect.objectContaining({ client_id: "known-client", amr: "[x y]", version: "2" }),
  });
});

test.each([
  ["9007199254740993", "9007199254740993"],
  ["9223372036854775807", "9223372036854775807"],
  ["1000", "1000"],
  ["9007199254740993.0", "9.007199254740992e+15"],
  ["9.007199254740993e15", "9.007199254740992e+15"],
])("a claim that is the number %s is passed on as the text %s, not as another member's id", async (number, text) => {
  const payload = JSON.stringify({ ...good(), customer_id: 0 }).replace('"customer_id":0', `"customer_id":${number}`);
  const token = await new CompactSign(Buffer.from(payload))
    .setProtectedHeader({ alg: "RS256", kid: "1" })
    .sign(privateKey);
  expect(await authorize(`Bearer ${token}`, ["a"])).toMatchObject({ claims: { customer_id: text } });
});

test.each<[string, (claims: JWTPayload) => JWTPayload]>([
  ["from another issuer", (claims) => ({ ...claims, iss: "https://other.example.com" })],
  ["without issuer", ({ iss: _, ...claims }) => claims],
  ["for another client", (claims) => ({ ...claims, client_id: "other-client" })],
  ["for another audience, though its client is known", (claims) => ({ ...claims, aud: "other" })],
  ["whose audience is null, though its client is known", (claims) => ({ ...claims, aud: null as unknown as string })],
  ["for nobody", ({ client_id: _, ...claims }) => claims],
  ["that never expires", ({ exp: _, ...claims }) => claims],
  ["that has expired", (claims) => ({ ...claims, exp: now() - 1 })],
  ["that is not good yet", (claims) => ({ ...claims, nbf: now() + 60 })],
  ["issued in the future", (claims) => ({ ...claims, iat: now() + 60 })],
])("a token with a valid signature %s is refused", async (_, change) => {
  expect(await authorize(`Bearer ${await signed(change(good()))}`, ["a"])).toMatchObject({ status: 401 });
});

test("the audience counts, also as a list, and the client only without one", async () => {
  const token = await signed({ ...good(), client_id: "other-client", aud: ["x", "known-client"] });
  expect(await authorize(`Bearer ${token}`, ["a"])).toHaveProperty("claims");
});

test("a token signed with the public key as if it were a shared secret is refused", async () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const content = `${part({ alg: "HS256", kid: "1" })}.${part(good())}`;
  for (const secret of [await exportSPKI(publicKey), JSON.stringify(await exportJWK(publicKey))]) {
    const signature = createHmac("sha256", secret).update(content).digest("base64url");
    expect(await authorize(`Bearer ${content}.${signature}`, ["a"])).toMatchObject({ status: 401 });
  }
});

test("a valid token under another scheme is refused", async () => {
  expect(await authorize(`Basic ${await signed(good())}`, ["a"])).toMatchObject({ status: 401 });
});

test("one of the route's scopes is enough, but not a part of its name", async () => {
  const header = `Bearer ${await signed({ ...good(), scope: "membership.readable b" })}`;
  expect(await authorize(header, ["b", "c"])).toHaveProperty("claims");
  expect(await authorize(header, ["membership.read"])).toMatchObject({ status: 403 });
});
