import { existsSync } from "node:fs";
import * as z from "zod";
import { eventTypes } from "#lib/events/events.ts";
import { rights } from "#lib/http/entitlements.ts";
import { limits, routeLimits, usualLimits } from "#lib/limits/limits.ts";
import { type Scope, scopes } from "#lib/operations/operation.ts";
import { isPublicEndpoint } from "#lib/webhooks/public-address.ts";
import { settings, unreadable } from "./settings.ts";
import { type Asked, Misconfigured, oncePerRun } from "./variables.ts";

// What the template derives from the list of partners: `signIn`, `issuerUrl`, `audience` and `entitlements`.

/** API Gateway's quota of audiences per authorizer. */
const mostAudiences = 50;
/** Lambda's 4 KB of environment, less the other variables: names, a secret's ARN, a table, a bus, a claim. */
const entitlementBytes = 4096 - 768;
const wayOut = "Use an issuer whose tokens carry `aud` (settings `issuer` and `audience`)";

/** A field with one message, `must`, for anything that is wrong with it. */
const field = <Value>(schema: z.core.$ZodType<Value>, must: string | { error: z.core.$ZodErrorMap }) =>
  z.custom<Value>((value) => z.safeParse(schema, value).success, must);

const someOf = <Value>(element: z.core.$ZodType<Value>) =>
  z
    .array(element)
    .min(1)
    .refine((values) => new Set(values).size === values.length);

const clientIdOfIssuer = field(rights.client, {
  error: ({ input }) =>
    input === undefined ? "is required with another issuer" : "must be text in quotes, without spaces",
}).refine((id) => id !== "service", "must not be service: that name is reserved for the gym's own jobs");

const clientIdOfUserPool = field<string | undefined>(
  z.undefined(),
  "requires another issuer (setting issuer): the user pool generates its own",
).optional();

/** On a laptop, `EVENTS_URL` replaces the URL. */
const endpointUrl = (stage: string) =>
  z
    .string()
    .max(400)
    .refine(stage === "local" ? URL.canParse : isPublicEndpoint);

const webhookWith = (stage: string) =>
  z.strictObject(
    {
      url: field(
        endpointUrl(stage),
        "must be an https URL with a public host name, without credentials and without #, of at most 400 characters",
      ),
      events: field(someOf(z.enum(eventTypes)), `must be some of ${eventTypes.join(", ")}, each once`),
    },
    { error: ({ code }) => (code === "unrecognized_keys" ? "unknown field" : "must have url and events") },
  );

/** A partner as the operator writes it. Each message continues a sentence that begins with the field's name. */
const partnerWith = (issuer: string, stage: string) =>
  z
    .strictObject(
      {
        name: field(
          z.string().regex(/^(?=.{2,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/),
          "must be 2 to 40 lower-case letters and digits, with dashes between",
        ),
        scopes: field(someOf(rights.scope), `must be some of ${scopes.join(", ")}, each once`),
        studios: field(someOf(rights.studio), "must be a list of studio ids in quotes, each once"),
        tokens: field(someOf(rights.token), `must be some of ${rights.token.options.join(", ")}, each once`).default([
          "partner",
        ]),
        limits: field(
          z.strictObject(limits.shape).partial(),
          `must be reads (1 to ${routeLimits.reads} per second) and writes (1 to ${routeLimits.writes})`,
        )
          .default({})
          .transform(({ reads = usualLimits.reads, writes = usualLimits.writes }) => ({ reads, writes })),
        clientId: issuer ? clientIdOfIssuer : clientIdOfUserPool,
        webhook: webhookWith(stage).optional(),
      },
      { error: ({ code }) => (code === "unrecognized_keys" ? "unknown field" : "must have name, scopes and studios") },
    )
    .refine(({ webhook, tokens }) => webhook === undefined || tokens.includes("partner"), {
      path: ["webhook"],
      error: "requires the kind of token partner: its events are about all members of the studios",
    });

type Partner = z.output<ReturnType<typeof partnerWith>>;

interface Partners {
  /** The file that lists them. */
  readonly file: string;
  readonly partners: readonly Partner[];
  /** Empty: the user pool. */
  readonly issuer: string;
}

/** A partner that gets events. */
export interface Receiver {
  readonly name: string;
  readonly studios: readonly string[];
  readonly url: string;
  readonly events: readonly string[];
}

const nobody: Partners = { file: "", partners: [], issuer: "" };

/** The stage's partners, and the issuer that replaces the user pool. @throws Misconfigured with every fault, once a run */
const list = oncePerRun(async (variables: Asked): Promise<Partners> => {
  const stage = variables.options.stage ?? "dev";
  checkStage(stage);
  const file = stage === "local" ? "infra/local/partners.yml" : "infra/partners.yml";
  if (!existsSync(file)) throw new Misconfigured(`${file}: the list of partners is missing`);
  // A file with only comments has no value. Without the default, osls would fail.
  const entries = (await variables.resolveVariable(`file(${file}), null`)) ?? [];
  const stageSettings = await settings(variables);
  if (stageSettings === unreadable) return nobody;
  const { issuer = "", memberClaim } = stageSettings;
  if (!Array.isArray(entries)) throw new Misconfigured(`${file}: must be a list`);
  const { data = [], error } = z.array(partnerWith(issuer, stage)).safeParse(entries);
  const faults = [...(error?.issues ?? []).flatMap((issue) => faultsIn(issue, entries)), ...doubles(entries)];
  const ofMember = data.filter(({ tokens }) => tokens.includes("member")).map(({ name }) => name);
  if (ofMember.length > 0 && !memberClaim)
    faults.push(`${ofMember.join(", ")}: members' tokens require the setting memberClaim, which names their claim`);
  if (faults.length > 0) throw new Misconfigured(`${file}: ${[...new Set(faults)].join("; ")}`);
  return { file, partners: data, issuer };
}, nobody);

const checkStage = (stage: string): void => {
  // The stage is a part of function names, which have at most 64 characters, and of Cognito's domain.
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(stage) || stage.length > 10 || /aws|amazon|cognito/.test(stage))
    throw new Misconfigured(
      `--stage ${stage}: must be at most 10 lower-case letters, digits and dashes, without aws, amazon, cognito`,
    );
};

/** The sentence that the operator reads, with the partner's and the field's name. */
const faultsIn = (issue: z.core.$ZodIssue, entries: readonly unknown[]): string[] => {
  const [place, ...path] = issue.path;
  const { name = "a partner without name" } = identityOf(entries[Number(place)]);
  const within = path.map(String).join(".");
  const fields =
    issue.code === "unrecognized_keys" ? `${[...path, issue.keys.join(", ")].map(String).join(".")}:` : within;
  return [`${name}: ${`${fields} ${issue.message}`.trim()}`];
};

const text = z.string().optional().catch(undefined);
const identity = z.object({ name: text, clientId: text }).catch({ name: undefined, clientId: undefined });

/** The fields that identify an entry, if it has them. */
const identityOf = (entry: unknown) => identity.parse(entry);

/** Finds entries that would become the same client: then a reviewer reads two lists of rights, but only one is used. */
const doubles = (entries: readonly unknown[]): string[] => {
  const all = entries.map(identityOf);
  return all.flatMap(({ name, clientId }, place) => {
    const first = all
      .slice(0, place)
      .find(
        (other) =>
          (name && other.name && logicalId(name) === logicalId(other.name)) ||
          (clientId && clientId === other.clientId),
      );
    return first ? [`${name}: is the same client as ${first.name}`] : [];
  });
};

/** The first part of the logical ids of a partner's resources. */
export const logicalName = (name: string): string =>
  name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const logicalId = (name: string): string => `${logicalName(name)}Client`;

/** The description of each scope in Cognito's console. */
const scopeDescriptions: Readonly<Record<Scope, string>> = {
  "membership.read": "Read members' contracts",
  "membership.write": "Cancel members' contracts and take that back",
  "idle-period.read": "Read members' pauses and the reasons for them",
  "idle-period.write": "Pause members' contracts, change pauses and take them back",
  "additional-module.read": "Read the studio's add-ons and those that members booked",
  "additional-module.write": "Buy add-ons for members, which costs them money, cancel them and take that back",
  "contract-withdrawal.write": "Withdraw from contracts of members within the statutory period",
  "customer.read": "Read members' personal data",
  "customer.write": "Change members' personal data",
};

const signInResources = z.object({
  Resources: z.record(z.string(), z.unknown()),
  Outputs: z.record(z.string(), z.unknown()),
});

/** The user pool with its scopes and one app client for each partner. Nothing if another issuer replaces it. */
export const signIn = async (variables: Asked) => {
  const { partners, issuer } = await list(variables);
  if (issuer) return {};
  const { Resources, Outputs } = signInResources.parse(
    await variables.resolveVariable("file(infra/resources/sign-in.yml)"),
  );
  const clients = partners.map((partner) => [logicalId(partner.name), clientOf(partner)]);
  return { Resources: { ...Resources, ResourceServer: resourceServer, ...Object.fromEntries(clients) }, Outputs };
};

const resourceServer = {
  Type: "AWS::Cognito::UserPoolResourceServer",
  Properties: {
    UserPoolId: { Ref: "UserPool" },
    // The prefix of every scope: perfectgym/membership.read
    Identifier: "perfectgym",
    Name: "PerfectGym self-service",
    Scopes: scopes.map((scope) => ({ ScopeName: scope, ScopeDescription: scopeDescriptions[scope] })),
  },
};

const clientOf = ({ name, scopes: granted }: Partner) => ({
  Type: "AWS::Cognito::UserPoolClient",
  DependsOn: "ResourceServer",
  Properties: {
    UserPoolId: { Ref: "UserPool" },
    ClientName: name,
    GenerateSecret: true,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["client_credentials"],
    AllowedOAuthScopes: granted.map((scope) => `perfectgym/${scope}`),
    // An empty list means Cognito's default, which lets users sign in with passwords.
    ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
    AccessTokenValidity: 15,
    TokenValidityUnits: { AccessToken: "minutes" },
  },
});

export const issuerUrl = async (variables: Asked) => {
  const { issuer } = await list(variables);
  return issuer || { "Fn::Sub": "https://cognito-idp.${AWS::Region}.amazonaws.com/${UserPool}" };
};

/** Where partner apps get their tokens, for the OpenAPI document. Empty: only the issuer itself says. */
export const tokenUrl = async (variables: Asked) => {
  const { issuer } = await list(variables);
  if (variables.options.stage === "local") return "/oauth2/token";
  return issuer ? "" : { "Fn::Sub": "https://${UserPoolDomain}.auth.${AWS::Region}.amazoncognito.com/oauth2/token" };
};

/** The setting `audience`, or the client ids. API Gateway compares them with a token's `aud`, or else its `client_id`. */
export const audience = async (variables: Asked) => {
  const { file, partners, issuer } = await list(variables);
  const { audience: given } = await settings(variables);
  const clients = partners.map(({ name, clientId }) => (issuer ? clientId : { Ref: logicalId(name) }));
  const audiences = given ?? clients;
  if (audiences.length > mostAudiences)
    throw new Misconfigured(
      `${file}: ${audiences.length} audiences, API Gateway takes ${mostAudiences} per authorizer. ${wayOut}.`,
    );
  // An authorizer needs at least one, even if the list has no partners.
  return audiences.length > 0 ? audiences : ["nobody"];
};

/** The partners that get events. */
export const receivers = async (variables: Asked): Promise<readonly Receiver[]> =>
  (await list(variables)).partners.flatMap(({ name, studios, webhook }) =>
    webhook ? [{ name, studios, ...webhook }] : [],
  );

/** For the functions: `[{ clients, scopes, studios, tokens, limits }]` as JSON. Partners with the same rights share an entry. */
export const entitlements = async (variables: Asked) => {
  const { file, partners, issuer } = await list(variables);
  const clientIdOf = ({ name, clientId }: Partner) => (issuer ? clientId : `\${${logicalId(name)}}`);
  const groups = Map.groupBy(partners, ({ scopes, studios, tokens, limits }) =>
    JSON.stringify({ scopes, studios, tokens, limits }),
  );
  const json = JSON.stringify(
    [...groups].map(([same, members]) => ({ clients: members.map(clientIdOf), ...JSON.parse(same) })),
  );
  const bytes = Buffer.byteLength(json.replace(/\$\{\w+\}/g, "x".repeat(26)));
  if (bytes > entitlementBytes)
    throw new Misconfigured(
      `${file}: the entitlements of ${partners.length} partners take ${bytes} bytes, a Lambda's environment has room for ${entitlementBytes}. ` +
        `Give partners the same scopes and studios where you can. ${wayOut}, and one client for several partners.`,
    );
  return issuer ? json : { "Fn::Sub": json };
};
