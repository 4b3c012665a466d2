import { deliverWebhooks } from "#lib/webhooks/deliver.ts";
import { webhooks } from "#lib/wiring/webhooks.ts";

export const handler = deliverWebhooks(webhooks);
