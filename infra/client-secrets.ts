import {
  AddUserPoolClientSecretCommand,
  type ClientSecretDescriptorType,
  type CognitoIdentityProviderClient,
  DeleteUserPoolClientSecretCommand,
  ListUserPoolClientSecretsCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { Refused } from "./command.ts";

/** An app client, by the ids of its pool and of itself. */
export interface AppClient {
  readonly UserPoolId: string;
  readonly ClientId: string;
}

type Secret = ClientSecretDescriptorType;

/** The client's secrets, oldest first. Cognito allows two, and both get tokens. */
const secretsOf = async (cognito: CognitoIdentityProviderClient, client: AppClient): Promise<readonly Secret[]> => {
  const { ClientSecrets = [] } = await cognito.send(new ListUserPoolClientSecretsCommand(client));
  const age = ({ ClientSecretCreateDate }: Secret) => ClientSecretCreateDate?.getTime() ?? 0;
  return ClientSecrets.toSorted((a, b) => age(a) - age(b));
};

const add = async (cognito: CognitoIdentityProviderClient, client: AppClient): Promise<string> => {
  const { ClientSecretDescriptor } = await cognito.send(new AddUserPoolClientSecretCommand(client));
  return ClientSecretDescriptor?.ClientSecretValue ?? "";
};

const remove = (cognito: CognitoIdentityProviderClient, client: AppClient, { ClientSecretId }: Secret) =>
  cognito.send(new DeleteUserPoolClientSecretCommand({ ...client, ClientSecretId }));

/** Makes a second secret, beside which the first goes on to work. @throws Refused if there are two already */
export const beginRotation = async (cognito: CognitoIdentityProviderClient, client: AppClient): Promise<string> => {
  if ((await secretsOf(cognito, client)).length > 1)
    throw new Refused("there are two secrets already: end the last rotation with --finish first");
  return add(cognito, client);
};

/** Removes the older of two secrets. @throws Refused if there is only one */
export const finishRotation = async (cognito: CognitoIdentityProviderClient, client: AppClient): Promise<void> => {
  const [oldest, newer] = await secretsOf(cognito, client);
  if (!oldest || !newer) throw new Refused("there is only one secret: begin a rotation without --finish");
  await remove(cognito, client, oldest);
};

/** Makes every secret invalid that anybody knows. The client needs one, so it gets a new one that nobody sees. */
export const revoke = async (cognito: CognitoIdentityProviderClient, client: AppClient): Promise<void> => {
  const [oldest, newer] = await secretsOf(cognito, client);
  if (oldest && newer) await remove(cognito, client, oldest);
  await add(cognito, client);
  const last = newer ?? oldest;
  if (last) await remove(cognito, client, last);
};
