import { paginateListSecrets, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
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
