/** What the template derives from the list of partners. Each export is a value that osls asks for by its name. */

const knownScopes = ["membership.read", "membership.write", "customer.read", "customer.write"];
const fields = ["name", "scopes", "studios", "clientId"];

/** API Gateway's quota of audiences per authorizer. */
const mostAudiences = 50;
/** Lambda's 4 KB of environment, less the other variables: names, a secret's ARN, a claim. */
const entitlementBytes = 4096 - 512;
const wayOut = "The way out is an issuer whose tokens carry `aud` (stage parameters `issuer` and `audience`)";

const list = async ({ resolveVariable, options }) => {
  const file = options.stage === "local" ? "infra/local/partners.yml" : "infra/partners.yml";
  const partners = await resolveVariable(`file(${file})`);
  const issuer = await resolveVariable("param:issuer, ''");
  const faults = Array.isArray(partners) ? partners.flatMap((partner) => faultsOf(partner, issuer)) : ["is no list"];
  const names = faults.length > 0 ? [] : partners.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) faults.push(`${twice}: stands there twice`);
  if (faults.length > 0) throw new Error(`${file}: ${faults.join("; ")}`);
  return { file, partners, issuer };
};

const faultsOf = (partner, issuer) => {
  const { name, scopes, studios, clientId } = partner ?? {};
  const areTexts = (values) =>
    Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === "string");
  const unknown = Object.keys(partner ?? {}).filter((field) => !fields.includes(field));
  return [
    !/^[a-z][a-z0-9-]{1,39}$/.test(name ?? "") && "name must be 2 to 40 lower-case letters, digits and dashes",
    !(areTexts(scopes) && scopes.every((scope) => knownScopes.includes(scope))) &&
      `scopes must be some of ${knownScopes.join(", ")}`,
    !(areTexts(studios) && studios.every((studio) => /^[\w.-]+$/.test(studio))) &&
      "studios must be a list of studio ids in quotes",
    issuer && !/^[\w.:@|-]+$/.test(clientId ?? "") && "clientId is required, because another issuer made the client",
    !issuer &&
      clientId !== undefined &&
      "clientId is for another issuer (stage parameter `issuer`), the user pool makes its own",
    unknown.length > 0 && `${unknown.join(", ")}: not known`,
  ].flatMap((fault) => (fault ? [`${name ?? "a partner without name"}: ${fault}`] : []));
};

const logicalId = ({ name }) => `${name.replace(/(?:^|-)([a-z0-9])/g, (_, letter) => letter.toUpperCase())}Client`;

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
    ExplicitAuthFlows: [],
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
  const given = await variables.resolveVariable("param:audience, ''");
  if (given) return String(given).split(",");
  if (partners.length > mostAudiences)
    throw new Error(
      `${file}: ${partners.length} partners, API Gateway takes ${mostAudiences} audiences per authorizer. ${wayOut}.`,
    );
  return partners.map((partner) => (issuer ? partner.clientId : { Ref: logicalId(partner) }));
};

/** For every Lambda's environment: `[{ clients, scopes, studios }]`, partners with the same rights in one entry. */
export const entitlements = async (variables) => {
  const { file, partners, issuer } = await list(variables);
  const groups = Map.groupBy(partners, ({ scopes, studios }) => JSON.stringify({ scopes, studios }));
  const clientOf = (partner) => (issuer ? partner.clientId : `\${${logicalId(partner)}}`);
  const text = JSON.stringify(
    [...groups].map(([rights, same]) => ({ clients: same.map(clientOf), ...JSON.parse(rights) })),
  );
  const bytes = Buffer.byteLength(text.replace(/\$\{\w+\}/g, "x".repeat(26)));
  if (bytes > entitlementBytes)
    throw new Error(
      `${file}: the entitlements of ${partners.length} partners take ${bytes} bytes, a Lambda's environment has room for ${entitlementBytes}. ` +
        `Give partners the same scopes and studios where you can. ${wayOut} and one client for several partners.`,
    );
  return issuer ? text : { "Fn::Sub": text };
};
