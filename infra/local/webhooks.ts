import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { createSecret } from "#lib/webhooks/signature.ts";
import { startConsumers } from "./consumers.ts";
import { hasRandomSecrets } from "./demo-partners.ts";
import type { PublishedEvent } from "./event-bridge.ts";
import type { Credentials } from "./guard.ts";
import type { Lambda } from "./lambda.ts";
import { delivered, fits } from "./schedules.ts";
import { queuesOf, rulesOf, type Service } from "./service.ts";
import type { Settings } from "./settings.ts";
import { startSqs } from "./sqs.ts";

/** How events reach the endpoint of `EVENTS_URL`. */
export interface Webhooks {
  readonly url: string;
  /** Signs what is posted. */
  readonly secret: string;
  /** Delivers an event, for the first time or again. A failed try is repeated at the same times as on AWS. */
  readonly send: (event: PublishedEvent) => Promise<void>;
}

interface StartedWebhooks extends Webhooks {
  /** Variables of the functions besides those of the other emulators. */
  readonly environment: Readonly<Record<string, string>>;
  /** Begins to deliver by the deployed function. */
  readonly run: (functions: ReadonlyMap<string, Lambda>) => void;
  /** Call it together with the end of the functions: it waits for what they deliver. */
  readonly stop: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

/** The same secret at each start, so that an app can keep it. It is no secret: the sandbox has invented members only. */
const fixedSecret = `whsec_${Buffer.from("invented members need no secret").toString("base64")}`;

/** What signs events at this start. */
export const signingSecret = (settings: Settings): string =>
  hasRandomSecrets(settings) ? createSecret() : fixedSecret;

/** The signing secrets of the partners with a webhook, as `deliverWebhook` reads them. */
export const signingSecrets = (service: Service, secret: string) =>
  Object.fromEntries(Object.keys(endpointsOf(service)).map((partner) => [partner, [{ secret }]]));

const endpointsOf = ({ functions }: Service): Record<string, object> =>
  JSON.parse(String(functions["deliverWebhook"]?.environment["WEBHOOKS"]));

/** The function `deliverWebhook` of a service, with this URL in place of each partner's. */
export const deliveringTo = (url: string, service: Service): Service["functions"] => {
  const { deliverWebhook } = service.functions;
  if (!deliverWebhook) return {};
  const endpoints = Object.entries(endpointsOf(service)).map(([partner, own]) => [partner, { ...own, url }]);
  const environment = { ...deliverWebhook.environment, WEBHOOKS: JSON.stringify(Object.fromEntries(endpoints)) };
  return { deliverWebhook: { ...deliverWebhook, environment } };
};

/** Opens the queues of the partners with a webhook. */
export const startWebhooks = async (
  service: Service,
  { url, secret, credentials }: { readonly url: string; readonly secret: string; readonly credentials: Credentials },
): Promise<StartedWebhooks> => {
  const rules = rulesOf(service);
  const own = Object.entries(queuesOf(service)).filter(([id]) => /Webhook(Queue|DeadLetters)$/.test(id));
  const sqs = await startSqs(Object.fromEntries(own), credentials);
  let consumers: ReturnType<typeof startConsumers> | undefined;
  return {
    url,
    secret,
    environment: { AWS_ENDPOINT_URL_SQS: sqs.url, WEBHOOKS_ANYWHERE: "yes" },
    run: (functions) => {
      consumers = startConsumers(service, { lambdas: functions, sqs, onAnswer: () => {} });
    },
    send: async (event) => {
      const MessageBody = JSON.stringify(delivered(event));
      const queues = rules.flatMap(({ pattern, queues }) => (fits(pattern, event) ? queues : []));
      const sent = queues.map((queue) =>
        sqs.client.send(new SendMessageCommand({ QueueUrl: sqs.queueUrls[queue], MessageBody })),
      );
      await Promise.all(sent);
    },
    stop: async () => consumers?.stop(),
    close: sqs.close,
  };
};
