import { parseArgs } from "node:util";
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  paginateListUserPoolClients,
  paginateListUserPools,
  type UserPoolClientType,
} from "@aws-sdk/client-cognito-identity-provider";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { type AppClient, beginRotation, finishRotation, revoke } from "./client-secrets.ts";
import { type Command, Refused, runIfMain } from "./command.ts";
import { terminalTable } from "./terminal-table.ts";
import { signingSecretOf, type WebhookAsked } from "./webhook-secret.ts";

const usage = `usage: npm run partner -- list [--stage S] [--region R]
       npm run partner -- secret NAME [--stage S] [--region R]
       npm run partner -- rotate NAME [--finish] [--stage S] [--region R]
       npm run partner -- revoke NAME [--stage S] [--region R]
       npm run partner -- webhook NAME [--rotate [--at-once]] [--stage S] [--region R]

list     shows the deployed app clients of the partners
secret   prints the client id and secret of one partner; send them once, over a channel you trust
rotate   makes and prints a second client secret; both work until --finish removes the old one
revoke   makes the partner's client secrets invalid at once; tokens that it has work for 15 minutes at most
webhook  prints the secret that signs one partner's events, and makes the first one; --rotate makes a new one, and the old one
         goes on signing for 24 hours, or not at all with --at-once

--pool ID selects the user pool if several have the name of the stage. The stack's output UserPool has the id.
--secret ID selects the secret with the signing secrets if several have the tag of the stage.
`;

type Cognito = CognitoIdentityProviderClient;

const read = (args: readonly string[]) => {
  const options = {
    stage: { type: "string", default: "dev" },
    region: { type: "string", default: "eu-central-1" },
    pool: { type: "string" },
    secret: { type: "string" },
    rotate: { type: "boolean", default: false },
    finish: { type: "boolean", default: false },
    "at-once": { type: "boolean", default: false },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [command, name, ...more] = positionals;
  const { rotate, finish, "at-once": atOnce, ...others } = values;
  const isList = command === "list" && name === undefined;
  const isOfOne = ["secret", "rotate", "revoke", "webhook"].includes(command ?? "") && name !== undefined;
  const isMade = (rotate && command === "webhook") || (!rotate && !atOnce);
  const isFinish = !finish || command === "rotate";
  if (!(isList || isOfOne) || more.length > 0 || !isMade || !isFinish) throw new Refused(usage.trimEnd());
  return { ...others, rotate, finish, atOnce, command, name };
};

const clientsOf = async (cognito: Cognito, poolId: string): Promise<readonly UserPoolClientType[]> => {
  const clients: UserPoolClientType[] = [];
  for await (const { UserPoolClients = [] } of paginateListUserPoolClients(
    { client: cognito },
    { UserPoolId: poolId, MaxResults: 60 },
  ))
    for (const { ClientId } of UserPoolClients) {
      const { UserPoolClient } = await cognito.send(
        new DescribeUserPoolClientCommand({ UserPoolId: poolId, ClientId }),
      );
      if (UserPoolClient) clients.push(UserPoolClient);
    }
  return clients;
};

const poolIdOf = async (cognito: Cognito, name: string): Promise<string> => {
  const ids: string[] = [];
  for await (const { UserPools = [] } of paginateListUserPools({ client: cognito }, { MaxResults: 60 }))
    ids.push(...UserPools.flatMap(({ Id, Name }) => (Name === name && Id ? [Id] : [])));
  const [id, ...others] = ids;
  if (id && others.length === 0) return id;
  // A removed stack leaves its user pool behind, with credentials that no longer work.
  if (id)
    throw new Refused(`${ids.length} user pools have the name ${name}: choose one with --pool (${ids.join(", ")})`);
  throw new Refused(
    `there is no user pool ${name} in this account and region: is the stage deployed, without the parameter issuer?`,
  );
};

const listed = (clients: readonly UserPoolClientType[]): string =>
  terminalTable([
    ["NAME", "CLIENT ID", "SCOPES"],
    ...clients.map(({ ClientName = "", ClientId = "", AllowedOAuthScopes = [] }) => [
      ClientName,
      ClientId,
      AllowedOAuthScopes.map((scope) => scope.replace("perfectgym/", ""))
        .sort()
        .join(" "),
    ]),
  ]);

const named = (clients: readonly UserPoolClientType[], name: string): UserPoolClientType => {
  const client = clients.find(({ ClientName }) => ClientName === name);
  if (client) return client;
  throw new Refused(
    `there is no partner ${name} here, but ${clients.map(({ ClientName }) => ClientName).join(", ") || "none"}`,
  );
};

/** A partner's app client in a stack's user pool, with its secret. @throws Refused */
export const clientOf = async (
  cognito: Cognito,
  { stack, name }: { readonly stack: string; readonly name: string },
): Promise<UserPoolClientType> => named(await clientsOf(cognito, await poolIdOf(cognito, stack)), name);

const credentials = (clients: readonly UserPoolClientType[], name: string): string => {
  const { ClientId, ClientSecret } = named(clients, name);
  return `client_id=${ClientId}\nclient_secret=${ClientSecret}`;
};

const webhook = async (name: string, { region, ...asked }: Omit<WebhookAsked, "partner"> & { region: string }) => {
  const clients = { secretsManager: new SecretsManagerClient({ region }), sqs: new SQSClient({ region }) };
  const { secret, replacedUntil } = await signingSecretOf(clients, { ...asked, partner: name });
  return replacedUntil === undefined ? secret : `${secret}\nThe replaced secret also signs until ${replacedUntil}.`;
};

const rotation = async (cognito: Cognito, client: AppClient, { name, finish }: { name: string; finish: boolean }) => {
  if (!finish) return `client_id=${client.ClientId}\nclient_secret=${await beginRotation(cognito, client)}`;
  await finishRotation(cognito, client);
  return `${name}: only the newer secret is valid`;
};

export const partner: Command = async (args) => {
  const { stage, region, command, name, pool, finish, ...asked } = read(args);
  const stack = `perfectgym-gateway-${stage}`;
  if (command === "webhook" && name !== undefined) return webhook(name, { ...asked, region, stack });
  const cognito = new CognitoIdentityProviderClient({ region });
  const UserPoolId = pool ?? (await poolIdOf(cognito, stack));
  const clients = await clientsOf(cognito, UserPoolId);
  if (name === undefined) return listed(clients);
  const { ClientId = "" } = named(clients, name);
  if (command === "rotate") return rotation(cognito, { UserPoolId, ClientId }, { name, finish });
  if (command !== "revoke") return credentials(clients, name);
  await revoke(cognito, { UserPoolId, ClientId });
  return `${name}: no secret that anybody knows is valid. Remove the partner from infra/partners.yml, or give it a new one with rotate.`;
};

await runIfMain(import.meta.url, partner);
