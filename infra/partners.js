import { existsSync } from "node:fs";

/** What the template derives from the list of partners. Each export is a value that osls asks for by its name. */

const knownScopes = ["membership.read", "membership.write", "customer.read", "customer.write"];
const knownTokens = ["partner", "member"];
const fields = ["name", "scopes", "studios", "tokens", "clientId"];

/** API Gateway's quota of audiences per authorizer. */
const mostAudiences = 50;
/** Lambda's 4 KB of environment, less the other variables: names, a secret's ARN, a table, a bus, a claim. */
const entitlementBytes = 4096 - 768;
const wayOut = "Use an issuer whose tokens carry `aud` (stage parameters `issuer` and `audience`)";

/** osls prints an error's stack; the operator needs the sentence. */
const told = (message) => Object.assign(new Error(message), { stack: message, isFault: true });

/** Runs of osls that have heard what is wrong: it asks for four values, and the fault is the same in each. */
const informed = new WeakSet();

/** The partners of the stage and the issuer in the user pool's place. @throws Error that names every fault, once a run */
const list = async (variables) => {
  const { resolveVariable, options } = variables;
  if (informed.has(options)) return { file: "", partners: [], issuer: "" };
  try {
    return await check(resolveVariable, options);
  } catch (error) {
    // osls itself rejects where a value is not there yet, and asks again.
    if (error.isFault) informed.add(options);
    throw error;
  }
};

const check = async (resolveVariable, options) => {
  const stage = options.stage ?? "dev";
  // It becomes part of function names, which end at 64 characters, and of Cognito's domain.
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(stage) || stage.length > 10 || /aws|amazon|cognito/.test(stage))
    throw told(
      `--stage ${stage}: must be at most 10 lower-case letters, digits and dashes, without aws, amazon, cognito`,
    );
  const file = stage === "local" ? "infra/local/partners.yml" : "infra/partners.yml";
  if (!existsSync(file)) throw told(`${file}: the list of partners is missing`);
  // A file with nothing but comments in it has no value, which is an error of osls without the default.
  const partners = (await resolveVariable(`file(${file}), null`)) ?? [];
  const issuer = await resolveVariable("param:issuer, ''");
  if (issuer && URL.parse(issuer)?.protocol !== (stage === "local" ? "http:" : "https:"))
    throw told("the stage parameter issuer must be an https URL");
  checkClaim(String(await resolveVariable("param:clientClaim, ''")), issuer);
  const faults = Array.isArray(partners)
    ? [...partners.flatMap((partner) => faultsOf(partner, issuer)), ...doubles(partners)]
    : ["must be a list"];
  if (faults.length > 0) throw told(`${file}: ${faults.join("; ")}`);
  return { file, partners, issuer };
};

/** The claim's name also becomes part of the access log's format. */
const checkClaim = (clientClaim, issuer) => {
  if (clientClaim && !issuer)
    throw told(
      "the stage parameter clientClaim requires issuer: the user pool's tokens name their client in client_id",
    );
  if (!/^[\w.:/-]*$/.test(clientClaim))
    throw told("the stage parameter clientClaim must be a claim's name, such as cid");
};

const areSome = (values, fits) =>
  Array.isArray(values) && values.length > 0 && new Set(values).size === values.length && values.every(fits);
const fitsText = (pattern) => (value) => typeof value === "string" && pattern.test(value);

const faultsOf = (partner, issuer) => {
  const { name, scopes, studios, tokens = ["partner"], clientId } = partner ?? {};
  const unknown = Object.keys(partner ?? {}).filter((field) => !fields.includes(field));
  const checks = [
    [
      fitsText(/^(?=.{2,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/)(name),
      "name must be 2 to 40 lower-case letters and digits, with dashes between",
    ],
    [
      areSome(scopes, (scope) => knownScopes.includes(scope)),
      `scopes must be some of ${knownScopes.join(", ")}, each once`,
    ],
    [areSome(studios, fitsText(/^[\w.-]+$/)), "studios must be a list of studio ids in quotes, each once"],
    [
      areSome(tokens, (token) => knownTokens.includes(token)),
      `tokens must be some of ${knownTokens.join(", ")}, each once`,
    ],
    [!issuer || clientId !== undefined, "clientId is required with another issuer"],
    [
      !issuer || clientId === undefined || fitsText(/^[\w.:@|/-]+$/)(clientId),
      "clientId must be text in quotes, without spaces",
    ],
    [clientId !== "service", "clientId must not be service: that name is reserved for the gym's own jobs"],
    [
      issuer || clientId === undefined,
      "clientId requires another issuer (stage parameter issuer): the user pool generates its own",
    ],
    [unknown.length === 0, `${unknown.join(", ")}: unknown field`],
  ];
  return checks.flatMap(([fits, fault]) =>
    fits ? [] : [`${typeof name === "string" ? name : "a partner without name"}: ${fault}`],
  );
};

/** Two entries that would become one client: the reviewer would read two rights and one would be in force. */
const doubles = (partners) =>
  partners.flatMap((partner, i) => {
    const same = (other) =>
      (partner?.name && logicalId(partner) === logicalId(other ?? {})) ||
      (partner?.clientId && partner.clientId === other?.clientId);
    const first = partners.slice(0, i).find(same);
    return first ? [`${partner.name}: is the same client as ${first.name}`] : [];
  });

const logicalId = ({ name }) =>
  `${String(name).replace(/(?:^|-)([a-z0-9])/g, (_, letter) => letter.toUpperCase())}Client`;

/** The user pool with one app client per partner; nothing where another issuer stands in its place. */
export const signIn = async (variables) => {
  const { partners, issuer } = await list(variables);
  if (issuer) return {};
  const { Resources, Outputs } = await variables.resolveVariable("file(infra/resources/sign-in.yml)");
  const clients = partners.map((partner) => [logicalId(partner), clientOf(partner)]);
  return { Resources: { ...Resources, ...Object.fromEntries(clients) }, Outputs };
};

const clientOf = ({ name, scopes }) => ({
  Type: "AWS::Cognito::UserPoolClient",
  DependsOn: "ResourceServer",
  Properties: {
    UserPoolId: { Ref: "UserPool" },
    ClientName: name,
    GenerateSecret: true,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["client_credentials"],
    AllowedOAuthScopes: scopes.map((scope) => `perfectgym/${scope}`),
    // An empty list would mean Cognito's own default, which lets users sign in with passwords.
    ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
    AccessTokenValidity: 15,
    TokenValidityUnits: { AccessToken: "minutes" },
  },
});

export const issuerUrl = async (variables) => {
  const { issuer } = await list(variables);
  return issuer || { "Fn::Sub": "https://cognito-idp.${AWS::Region}.amazonaws.com/${UserPool}" };
};

/** The parameter `audience`, or the client ids: a token without `aud` is matched by its `client_id`. */
export const audience = async (variables) => {
  const { file, partners, issuer } = await list(variables);
  const given = String(await variables.resolveVariable("param:audience, ''"));
  if (given && !issuer)
    throw told("the stage parameter audience requires issuer: the user pool's tokens have no `aud`");
  const clients = partners.map((partner) => (issuer ? partner.clientId : { Ref: logicalId(partner) }));
  const audiences = given ? given.split(",") : clients;
  if (audiences.length > mostAudiences)
    throw told(`${file}: ${audiences.length} audiences, API Gateway takes ${mostAudiences} per authorizer. ${wayOut}.`);
  // An authorizer must have one, also when the last partner was cut off.
  return audiences.length > 0 ? audiences : ["nobody"];
};

/** For every Lambda's environment: `[{ clients, scopes, studios, tokens }]`, partners with the same rights in one entry. */
export const entitlements = async (variables) => {
  const { file, partners, issuer } = await list(variables);
  const rightsOf = ({ scopes, studios, tokens = ["partner"] }) => JSON.stringify({ scopes, studios, tokens });
  const clientIdOf = (partner) => (issuer ? partner.clientId : `\${${logicalId(partner)}}`);
  const groups = [...Map.groupBy(partners, rightsOf)];
  const text = JSON.stringify(
    groups.map(([rights, same]) => ({ clients: same.map(clientIdOf), ...JSON.parse(rights) })),
  );
  const bytes = Buffer.byteLength(text.replace(/\$\{\w+\}/g, "x".repeat(26)));
  if (bytes > entitlementBytes)
    throw told(
      `${file}: the entitlements of ${partners.length} partners take ${bytes} bytes, a Lambda's environment has room for ${entitlementBytes}. ` +
        `Give partners the same scopes and studios where you can. ${wayOut}, and one client for several partners.`,
    );
  return issuer ? text : { "Fn::Sub": text };
};
