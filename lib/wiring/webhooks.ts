import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { awsTimeLimit, variable } from "#lib/environment.ts";
import { createLog } from "#lib/observability/log.ts";
import { type DeliverEffects, webhookEndpoints } from "#lib/webhooks/deliver.ts";
import { createPost } from "#lib/webhooks/post.ts";
import { createPartnerQueues } from "#lib/webhooks/queues.ts";
import { createSecrets } from "#lib/webhooks/secrets.ts";

const secretsManager = new SecretsManagerClient({
  maxAttempts: 2,
  requestHandler: { requestTimeout: awsTimeLimit(2_000), throwOnRequestTimeout: true },
});

const fetchSecret = async (SecretId: string): Promise<string> =>
  (await secretsManager.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? "";

const now = () => Date.now();
const endpoints = webhookEndpoints.parse(JSON.parse(variable("WEBHOOKS")));

/** The side effects of `deliverWebhook`. Off AWS, `WEBHOOKS_ANYWHERE=yes` lets it post to this machine. */
export const webhooks: DeliverEffects = {
  endpoints,
  now,
  random: Math.random,
  log: createLog({ write: (line) => process.stdout.write(line), namespace: variable("METRICS_NAMESPACE") }),
  post: createPost({ allowsAnyEndpoint: process.env["WEBHOOKS_ANYWHERE"] === "yes" }),
  secretsOf: createSecrets({ fetchSecret: () => fetchSecret(variable("WEBHOOK_SECRETS_ID")), now }),
  queues: createPartnerQueues({
    // The messages' ARNs give URLs, but the SDK's own endpoint is the one that counts, on a laptop, too.
    client: new SQSClient({ maxAttempts: 3, useQueueUrlAsEndpoint: false }),
    stack: variable("WEBHOOK_QUEUES"),
    partners: Object.keys(endpoints),
  }),
};
