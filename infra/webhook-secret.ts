import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetQueueUrlCommand, QueueDoesNotExist, type SQSClient } from "@aws-sdk/client-sqs";
import { queueNames } from "#lib/webhooks/queues.ts";
import { parseSecrets, type WebhookSecrets } from "#lib/webhooks/secrets.ts";
import { createSecret } from "#lib/webhooks/signature.ts";
import { Refused } from "./command.ts";
import { readSecret, replaceSecret, secretIdOf } from "./tagged-secret.ts";

/** How long a replaced secret goes on signing, in ms. */
const overlapMs = 24 * 3_600_000;

export interface Clients {
  readonly secretsManager: SecretsManagerClient;
  readonly sqs: SQSClient;
}

export interface WebhookAsked {
  readonly stack: string;
  readonly partner: string;
  readonly rotate: boolean;
  /** A replaced secret ends now. */
  readonly atOnce: boolean;
  /** The id of the secret with all signing secrets, if several have the stack's name. */
  readonly secret?: string | undefined;
}

export interface SigningSecret {
  readonly secret: string;
  /** Until when the replaced one signs, too. */
  readonly replacedUntil: string | undefined;
}

/** A partner's signing secret: the first one is made here. `rotate` replaces it. @throws Refused, parse errors, what the SDK throws */
export const signingSecretOf = async (
  { secretsManager, sqs }: Clients,
  asked: WebhookAsked,
): Promise<SigningSecret> => {
  const { stack, partner, rotate, atOnce } = asked;
  await refuseWithoutWebhook(sqs, stack, partner);
  const id = asked.secret ?? (await secretIdOf(secretsManager, { tag: "webhooks", stack }));
  const value = await readSecret(secretsManager, id);
  const all = value.text === undefined ? {} : parseSecrets(value.text);
  const valid = (all[partner] ?? []).filter(({ until }) => until === undefined || Date.parse(until) > Date.now());
  const [newest, older] = valid;
  if (newest && !rotate) return { secret: newest.secret, replacedUntil: older?.until };
  const secret = createSecret();
  const end = new Date(Date.now() + overlapMs).toISOString();
  const replaced = atOnce ? [] : valid.map((each) => ({ ...each, until: each.until ?? end }));
  const changed: WebhookSecrets = { ...all, [partner]: [{ secret }, ...replaced] };
  await replaceSecret(secretsManager, value, JSON.stringify(changed));
  return { secret, replacedUntil: replaced[0]?.until };
};

/** A name with a typing mistake would get a secret, and the right one none. */
const refuseWithoutWebhook = async (sqs: SQSClient, stack: string, partner: string): Promise<void> => {
  try {
    await sqs.send(new GetQueueUrlCommand({ QueueName: queueNames(stack, partner).waiting }));
  } catch (error) {
    if (!(error instanceof QueueDoesNotExist)) throw error;
    throw new Refused(
      `${partner} has no webhook in ${stack}, in this account and region: add it to infra/partners.yml and deploy first`,
    );
  }
};
