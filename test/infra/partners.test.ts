import { expect, test } from "vitest";
import { audience, entitlements, issuerUrl, signIn } from "#infra/config/partners.ts";
import { scopes } from "#lib/operations/operation.ts";

const limits = { reads: 10, writes: 2 };

const app = (name: string, more: object = {}) => ({ name, scopes, studios: ["one"], ...more });

/** What osls hands to a JavaScript variable source, with a list of partners and the stage's settings. */
const given = (partners: unknown, settings: Readonly<Record<string, unknown>> = {}) => ({
  options: { stage: "prod" },
  resolveVariable: async (variable: string) => {
    if (variable === "file(infra/settings.yml), null") return { prod: settings, dev: settings };
    return variable === "file(infra/partners.yml), null" ? partners : { Resources: { UserPool: {} }, Outputs: {} };
  },
});

const issuer = "https://issuer.example.com";

test("each partner becomes an app client with scopes and short tokens, in the audience and in the entitlements", async () => {
  const partners = given([
    app("first-app"),
    app("second-app", { scopes: ["customer.read"], studios: ["two", "three"] }),
  ]);
  const { Resources } = (await signIn(partners)) as { Resources: Record<string, { Properties: object }> };
  expect(Object.keys(Resources)).toEqual(["UserPool", "ResourceServer", "FirstAppClient", "SecondAppClient"]);
  expect(Resources["SecondAppClient"]?.Properties).toMatchObject({
    AllowedOAuthFlows: ["client_credentials"],
    AllowedOAuthScopes: ["perfectgym/customer.read"],
    AccessTokenValidity: 15,
    GenerateSecret: true,
  });
  expect(await audience(partners)).toEqual([{ Ref: "FirstAppClient" }, { Ref: "SecondAppClient" }]);
  const { "Fn::Sub": text } = (await entitlements(partners)) as { "Fn::Sub": string };
  expect(JSON.parse(text)).toEqual([
    { clients: ["${FirstAppClient}"], scopes, studios: ["one"], tokens: ["partner"], limits },
    {
      clients: ["${SecondAppClient}"],
      scopes: ["customer.read"],
      studios: ["two", "three"],
      tokens: ["partner"],
      limits,
    },
  ]);
});

test("another issuer replaces the user pool, and partners have its client ids", async () => {
  const partners = [app("first-app", { clientId: "abc" }), app("second-app", { clientId: "def" })];
  expect(await signIn(given(partners, { issuer }))).toEqual({});
  expect(await issuerUrl(given(partners, { issuer }))).toBe(issuer);
  expect(await audience(given(partners, { issuer }))).toEqual(["abc", "def"]);
  expect(await audience(given(partners, { issuer, audience: ["https://api.example.com"] }))).toEqual([
    "https://api.example.com",
  ]);
  expect(JSON.parse(String(await entitlements(given(partners, { issuer }))))).toEqual([
    { clients: ["abc", "def"], scopes, studios: ["one"], tokens: ["partner"], limits },
  ]);
});

test("a partner can have limits of its own, each or both", async () => {
  const limitsOf = async (more: object) => {
    const { "Fn::Sub": text } = (await entitlements(given([app("first-app", more)]))) as { "Fn::Sub": string };
    return JSON.parse(text)[0].limits;
  };
  expect(await limitsOf({ limits: { reads: 50, writes: 5 } })).toEqual({ reads: 50, writes: 5 });
  expect(await limitsOf({ limits: { reads: 50 } })).toEqual({ reads: 50, writes: 2 });
  expect(await limitsOf({ limits: { writes: 1 } })).toEqual({ reads: 10, writes: 1 });
});

test("fifty partners are allowed, and the message about one more says what to do", async () => {
  const partners = Array.from({ length: 51 }, (_, i) => app(`app-${i}`));
  expect(await audience(given(partners.slice(1)))).toHaveLength(50);
  await entitlements(given(partners.slice(1)));
  await expect(audience(given(partners))).rejects.toThrow(
    /51 audiences, API Gateway takes 50 .*issuer whose tokens carry `aud`/,
  );
});

test("the message about entitlements that exceed a Lambda's environment says what to do", async () => {
  const partners = Array.from({ length: 40 }, (_, i) => app(`app-${i}`, { studios: [`studio-${i}`] }));
  await expect(entitlements(given(partners))).rejects.toThrow(
    /take \d+ bytes, .* room for 3328.*issuer whose tokens carry `aud`/,
  );
});

test.each([
  ["no list", { name: "first-app" }, {}, "infra/partners.yml: must be a list"],
  ["a name that is none", [app("First App")], {}, "First App: name must be"],
  ["a scope nobody knows", [app("first-app", { scopes: ["everything"] })], {}, "first-app: scopes must be some of"],
  ["no studio", [app("first-app", { studios: [] })], {}, "first-app: studios must be"],
  ["a studio as a number", [app("first-app", { studios: [1] })], {}, "first-app: studios must be"],
  ["a studio twice", [app("first-app", { studios: ["one", "one"] })], {}, "first-app: studios must be"],
  [
    "a scope twice",
    [app("first-app", { scopes: ["customer.read", "customer.read"] })],
    {},
    "first-app: scopes must be",
  ],
  ["a studio with a slash", [app("first-app", { studios: ["one/two"] })], {}, "first-app: studios must be"],
  ["a kind of token nobody knows", [app("first-app", { tokens: ["admin"] })], {}, "first-app: tokens must be"],
  ["a limit of nothing", [app("first-app", { limits: { reads: 0 } })], {}, "first-app: limits must be reads"],
  ["a limit beyond the route's", [app("first-app", { limits: { reads: 501 } })], {}, "first-app: limits must be reads"],
  ["a limit as text", [app("first-app", { limits: { writes: "5" } })], {}, "first-app: limits must be reads"],
  ["a limit of what nobody knows", [app("first-app", { limits: { all: 5 } })], {}, "first-app: limits must be reads"],
  ["a name that ends in a dash", [app("first-")], {}, "first-: name must be"],
  ["a name that is no text", [app(true as unknown as string)], {}, "a partner without name: name must be"],
  ["two names that make one client", [app("a1"), app("a-1")], {}, "a-1: is the same client as a1"],
  ["a client id as a number", [app("first-app", { clientId: 123 })], { issuer }, "first-app: clientId must be text"],
  [
    "a client id with a line break",
    [app("first-app", { clientId: "a\nb" })],
    { issuer },
    "first-app: clientId must be text",
  ],
  [
    "a job's client id",
    [app("first-app", { clientId: "service" })],
    { issuer },
    "first-app: clientId must not be service",
  ],
  [
    "one client id for two partners",
    [app("first-app", { clientId: "abc" }), app("second-app", { clientId: "abc" })],
    { issuer },
    "second-app: is the same client as first-app",
  ],
  ["an issuer in the clear", [app("first-app", { clientId: "abc" })], { issuer: "http://issuer.example.com" }, "https"],
  ["an unknown field", [app("first-app", { admin: true })], {}, "first-app: admin: unknown field"],
  ["a name twice", [app("first-app"), app("first-app")], {}, "first-app: is the same client as first-app"],
  [
    "a client id without its issuer",
    [app("first-app", { clientId: "abc" })],
    {},
    "first-app: clientId requires another issuer",
  ],
  ["a client's claim without its issuer", [app("first-app")], { clientClaim: "cid" }, "clientClaim requires issuer"],
  [
    "a claim that is no name",
    [app("first-app", { clientId: "abc" })],
    { issuer, clientClaim: 'cid","x":"' },
    "clientClaim must be a claim's name",
  ],
  [
    "members' tokens without the claim that names the member",
    [app("first-app"), app("member-app", { tokens: ["partner", "member"] })],
    {},
    "infra/partners.yml: member-app: members' tokens require the setting memberClaim",
  ],
  ["an issuer without client ids", [app("first-app")], { issuer }, "first-app: clientId is required"],
])("%s is refused with its name", async (_, partners, settings, words) => {
  await expect(entitlements(given(partners, settings))).rejects.toThrow(words);
});

test.each([
  [
    [
      app("first-app", { scopes: ["everything", "nothing"], studios: [1, ""], admin: true, owner: true }),
      app("Second"),
    ],
    `first-app: scopes must be some of ${scopes.join(", ")}, each once; ` +
      "first-app: studios must be a list of studio ids in quotes, each once; " +
      "first-app: admin, owner: unknown field; " +
      "Second: name must be 2 to 40 lower-case letters and digits, with dashes between",
  ],
  [
    [{ name: "first-app" }],
    `first-app: scopes must be some of ${scopes.join(", ")}, each once; ` +
      "first-app: studios must be a list of studio ids in quotes, each once",
  ],
  [["first-app"], "a partner without name: must have name, scopes and studios"],
  [[null], "a partner without name: must have name, scopes and studios"],
])("the operator reads each fault once, in one sentence with partner and field", async (partners, sentences) => {
  await expect(entitlements(given(partners))).rejects.toMatchObject({
    message: `infra/partners.yml: ${sentences}`,
    // What osls prints.
    stack: `infra/partners.yml: ${sentences}`,
  });
});

test("without partners, the authorizer refuses every token", async () => {
  for (const nobody of [[], undefined]) {
    expect(await audience(given(nobody))).toEqual(["nobody"]);
    expect(await entitlements(given(nobody))).toEqual({ "Fn::Sub": "[]" });
  }
});

test("an audience requires an issuer and may have at most fifty entries", async () => {
  await expect(audience(given([app("first-app")], { audience: ["x"] }))).rejects.toThrow("audience requires issuer");
  const many = Array.from({ length: 51 }, (_, i) => `audience-${i}`);
  const partners = [app("first-app", { clientId: "abc" })];
  await expect(audience(given(partners, { issuer, audience: many }))).rejects.toThrow("API Gateway takes 50");
});

test("the stage is dev by default", async () => {
  const variables = { ...given([app("first-app")]), options: { stage: null } };
  expect(await audience(variables)).toEqual([{ Ref: "FirstAppClient" }]);
});

test.each(["Prod", "staging-europe", "my_stage", "aws", "x-", "-x"])("a stage called %s is refused", async (stage) => {
  const variables = { ...given([app("first-app")]), options: { stage } };
  await expect(entitlements(variables)).rejects.toThrow(`--stage ${stage}`);
});
