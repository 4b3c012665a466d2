import { expect, test } from "vitest";
import { audience, entitlements, issuerUrl, signIn } from "#infra/partners.js";

const all = ["membership.read", "membership.write", "customer.read", "customer.write"];
const app = (name: string, more: object = {}) => ({ name, scopes: all, studios: ["one"], ...more });

/** What osls hands to a JavaScript variable source, before a list of partners and stage parameters. */
const given = (partners: unknown, parameters: Readonly<Record<string, string>> = {}) => ({
  options: { stage: "prod" },
  resolveVariable: async (variable: string) => {
    const [, parameter] = /^param:(\w+)/.exec(variable) ?? [];
    if (parameter) return parameters[parameter] ?? "";
    return variable === "file(infra/partners.yml)" ? partners : { Resources: { UserPool: {} }, Outputs: {} };
  },
});

const issuer = "https://issuer.example.com";

test("each partner becomes an app client with its scopes and short tokens, part of the audience, and entitled", async () => {
  const partners = given([
    app("first-app"),
    app("second-app", { scopes: ["customer.read"], studios: ["two", "three"] }),
  ]);
  const { Resources } = (await signIn(partners)) as { Resources: Record<string, { Properties: object }> };
  expect(Object.keys(Resources)).toEqual(["UserPool", "FirstAppClient", "SecondAppClient"]);
  expect(Resources["SecondAppClient"]?.Properties).toMatchObject({
    AllowedOAuthFlows: ["client_credentials"],
    AllowedOAuthScopes: ["perfectgym/customer.read"],
    AccessTokenValidity: 15,
    GenerateSecret: true,
  });
  expect(await audience(partners)).toEqual([{ Ref: "FirstAppClient" }, { Ref: "SecondAppClient" }]);
  const { "Fn::Sub": text } = (await entitlements(partners)) as { "Fn::Sub": string };
  expect(JSON.parse(text)).toEqual([
    { clients: ["${FirstAppClient}"], scopes: all, studios: ["one"] },
    { clients: ["${SecondAppClient}"], scopes: ["customer.read"], studios: ["two", "three"] },
  ]);
});

test("another issuer stands in the user pool's place, with the client ids that it made", async () => {
  const partners = [app("first-app", { clientId: "abc" }), app("second-app", { clientId: "def" })];
  expect(await signIn(given(partners, { issuer }))).toEqual({});
  expect(await issuerUrl(given(partners, { issuer }))).toBe(issuer);
  expect(await audience(given(partners, { issuer }))).toEqual(["abc", "def"]);
  expect(await audience(given(partners, { issuer, audience: "https://api.example.com" }))).toEqual([
    "https://api.example.com",
  ]);
  expect(JSON.parse(String(await entitlements(given(partners, { issuer }))))).toEqual([
    { clients: ["abc", "def"], scopes: all, studios: ["one"] },
  ]);
});

test("fifty partners fit, the fifty-first is refused with the way out", async () => {
  const partners = Array.from({ length: 51 }, (_, i) => app(`app-${i}`));
  expect(await audience(given(partners.slice(1)))).toHaveLength(50);
  await entitlements(given(partners.slice(1)));
  await expect(audience(given(partners))).rejects.toThrow(
    /51 partners, .* 50 audiences.*issuer whose tokens carry `aud`/,
  );
});

test("entitlements beyond a Lambda's environment are refused with the way out", async () => {
  const partners = Array.from({ length: 40 }, (_, i) => app(`app-${i}`, { studios: [`studio-${i}`] }));
  await expect(entitlements(given(partners))).rejects.toThrow(
    /take \d+ bytes, .* room for 3584.*issuer whose tokens carry `aud`/,
  );
});

test.each([
  ["no list", { name: "first-app" }, {}, "is no list"],
  ["a name that is none", [app("First App")], {}, "First App: name must be"],
  ["a scope nobody knows", [app("first-app", { scopes: ["everything"] })], {}, "first-app: scopes must be some of"],
  ["no studio", [app("first-app", { studios: [] })], {}, "first-app: studios must be"],
  ["a studio as a number", [app("first-app", { studios: [1] })], {}, "first-app: studios must be"],
  ["an unknown field", [app("first-app", { admin: true })], {}, "first-app: admin: not known"],
  ["a name twice", [app("first-app"), app("first-app")], {}, "first-app: stands there twice"],
  [
    "a client id without its issuer",
    [app("first-app", { clientId: "abc" })],
    {},
    "first-app: clientId is for another issuer",
  ],
  ["an issuer without client ids", [app("first-app")], { issuer }, "first-app: clientId is required"],
])("%s is refused by name", async (_, partners, parameters, words) => {
  await expect(entitlements(given(partners, parameters))).rejects.toThrow(words);
});
