import { randomUUID } from "node:crypto";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  paginateListSecrets,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { Refused } from "./command.ts";

/** The secret that the template marks with a tag, whose value is the stack's name. @throws Refused if there is not exactly one */
export const secretIdOf = async (
  client: SecretsManagerClient,
  { tag, stack }: { readonly tag: string; readonly stack: string },
): Promise<string> => {
  const Filters = [{ Key: "tag-key" as const, Values: [tag] }];
  const ids: string[] = [];
  for await (const { SecretList = [] } of paginateListSecrets({ client }, { Filters }))
    for (const { ARN, Tags = [] } of SecretList)
      if (ARN && Tags.some(({ Key, Value }) => Key === tag && Value === stack)) ids.push(ARN);
  const [id, ...others] = ids;
  if (id && others.length === 0) return id;
  // A removed stack leaves its secret behind.
  if (id)
    throw new Refused(
      `${ids.length} secrets have the tag ${tag}=${stack}: choose one with --secret (${ids.join(", ")})`,
    );
  throw new Refused(
    `there is no secret with the tag ${tag}=${stack} in this account and region: is the stage deployed in this version?`,
  );
};

/** A secret's value as it was read. Both undefined: it never had one. */
export interface SecretValue {
  readonly id: string;
  readonly version: string | undefined;
  readonly text: string | undefined;
}

export const readSecret = async (
  client: SecretsManagerClient,
  id: string,
  VersionStage: "AWSCURRENT" | "AWSPREVIOUS" = "AWSCURRENT",
): Promise<SecretValue> => {
  try {
    const found = await client.send(new GetSecretValueCommand({ SecretId: id, VersionStage }));
    return { id, version: found.VersionId, text: found.SecretString };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return { id, version: undefined, text: undefined };
    throw error;
  }
};

/** Stores another text. @throws Refused if somebody else has stored one since the value was read */
export const replaceSecret = async (
  client: SecretsManagerClient,
  { id: SecretId, version }: SecretValue,
  SecretString: string,
): Promise<void> => {
  const ClientRequestToken = randomUUID();
  const stored = { SecretId, SecretString, ClientRequestToken };
  if (version === undefined) {
    await client.send(new PutSecretValueCommand(stored));
    return;
  }
  // Not current until the label is moved, and Secrets Manager moves it only from the version that was read.
  await client.send(new PutSecretValueCommand({ ...stored, VersionStages: ["PENDING"] }));
  const moved = { SecretId, VersionStage: "AWSCURRENT", MoveToVersionId: ClientRequestToken };
  await client.send(new UpdateSecretVersionStageCommand({ ...moved, RemoveFromVersionId: version })).catch((cause) => {
    throw new Refused("somebody else changed the secret meanwhile: nothing was stored, try again", { cause });
  });
};
