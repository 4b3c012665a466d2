import type { Credentials } from "./guard.ts";
import type { Service } from "./service.ts";
import type { Settings } from "./settings.ts";

export type { Webhooks } from "./webhooks.ts";

/** How events are delivered, if `EVENTS_URL` is set. Only then the queues' code is loaded. */
export const deliveryOf = async (settings: Settings, service: Service) => {
  const { eventsUrl: url } = settings;
  if (url === undefined) return undefined;
  const { deliveringTo, signingSecret, signingSecrets, startWebhooks } = await import("./webhooks.ts");
  const secret = signingSecret(settings);
  return {
    functions: deliveringTo(url, service),
    secrets: { WebhookSecrets: signingSecrets(service, secret) },
    start: (own: Service, credentials: Credentials) => startWebhooks(own, { url, secret, credentials }),
  };
};
