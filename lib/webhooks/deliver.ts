import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { describeErrors, type Log, type WebhookRecord } from "#lib/observability/log.ts";
import { jsonText } from "#lib/operations/json.ts";
import { parseRetryAfter } from "#lib/perfectgym/endings.ts";
import { failuresOf } from "#lib/sqs-batch.ts";
import type { Post, Posted } from "./post.ts";
import type { PartnerQueues } from "./queues.ts";
import { pauseAfter, placeOf } from "./schedule.ts";
import type { SecretsOf } from "./secrets.ts";
import { signatureOf } from "./signature.ts";

/** Where each partner wants its events, as the template gives it: by the partner's name. */
export const webhookEndpoints = z.record(z.string(), z.strictObject({ url: z.string(), studios: z.array(z.string()) }));

type Endpoint = z.infer<typeof webhookEndpoints>[string];

export interface DeliverEffects {
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  readonly queues: PartnerQueues;
  readonly secretsOf: SecretsOf;
  readonly post: Post;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
}

/** The shortest time that Standard Webhooks advises for a receiver to answer. */
const timeoutMs = 15_000;

/** An event as EventBridge passes it on. The id of an event of ours has no full stop. */
const delivered = z.pipe(
  jsonText,
  z.object({
    "detail-type": z.string(),
    time: z.iso.datetime(),
    detail: z.looseObject({
      studioId: z.string(),
      eventId: z.optional(z.string().check(z.regex(/^[\w-]+$/))),
      reminderId: z.optional(z.string().check(z.regex(/^[\w-]+$/))),
      receivedAt: z.optional(z.iso.datetime()),
    }),
  }),
);

interface Message {
  readonly id: string;
  readonly type: string;
  readonly studioId: string;
  readonly body: string;
}

/** What the partner gets. It is the same at each try, except for a repeat of the event by the gateway itself. */
const messageIn = (record: SQSRecord): Message | undefined => {
  const { data } = delivered.safeParse(record.body);
  const id = data?.detail.eventId ?? data?.detail.reminderId;
  if (!data || id === undefined) return undefined;
  const { "detail-type": type, time, detail } = data;
  const body = JSON.stringify({ type, timestamp: detail.receivedAt ?? time, data: detail });
  return { id, type, studioId: detail.studioId, body };
};

/** How a try ended. `fails`: another one makes sense. */
type Ending = { readonly is: "delivered" | "fails" | "hopeless" } & Pick<
  WebhookRecord,
  "status" | "reason" | "errors"
> & {
    readonly retryAfterSeconds?: number | undefined;
  };

/** The Lambda that posts events to partners' endpoints, signed by Standard Webhooks 1.0.0, with retries for three days. */
export const deliverWebhooks = (effects: DeliverEffects) => {
  const { endpoints, queues, log, now, random } = effects;

  /** Returns whether SQS may delete the message. */
  const handle = async (record: SQSRecord, requestId: string): Promise<boolean> => {
    const partner = queues.partnerOf(record);
    const { ApproximateReceiveCount, SentTimestamp } = record.attributes;
    const waited = () => (now() - Number(SentTimestamp)) / 1000;
    const { attempt, isDue } = placeOf(waited(), ApproximateReceiveCount === "1");
    const pause = (retryAfterSeconds?: number) =>
      pauseAfter({ attempt, waited: waited(), retryAfterSeconds, random: random() });
    if (!isDue) {
      await queues.hide(record, pause() ?? 0);
      return false;
    }
    const message = messageIn(record);
    const startedAt = now();
    const { is, retryAfterSeconds, ...seen } = await tryOnce(effects, {
      partner,
      endpoint: endpoints[partner],
      message,
    });
    const retryInSeconds = is === "fails" ? pause(retryAfterSeconds) : undefined;
    const outcome = outcomeOf(is, retryInSeconds);
    const event = { eventId: message?.id, type: message?.type };
    const tried = { partner, attempt, outcome, ms: now() - startedAt, retryInSeconds };
    log.webhook({ operation: "deliverWebhook", requestId, ...event, ...tried, ...seen });
    if (outcome === "given-up") await queues.giveUp(record);
    if (retryInSeconds !== undefined) await queues.hide(record, retryInSeconds);
    return outcome !== "failed";
  };

  return async ({ Records }: SQSEvent, { awsRequestId }: { awsRequestId: string }): Promise<SQSBatchResponse> => {
    const handled = await Promise.allSettled(Records.map((record) => handle(record, awsRequestId)));
    for (const each of handled)
      if (each.status === "rejected")
        log.job({ operation: "deliverWebhook", requestId: awsRequestId, errors: describeErrors(each.reason) });
    return failuresOf(Records.filter((_, place) => !isDone(handled[place])));
  };
};

const isDone = (handled: PromiseSettledResult<boolean> | undefined): boolean =>
  handled?.status === "fulfilled" && handled.value;

const outcomeOf = (is: Ending["is"], retryInSeconds: number | undefined): WebhookRecord["outcome"] => {
  if (is === "delivered") return "delivered";
  return retryInSeconds === undefined ? "given-up" : "failed";
};

interface Try {
  readonly partner: string;
  readonly endpoint: Endpoint | undefined;
  readonly message: Message | undefined;
}

const tryOnce = async (effects: DeliverEffects, { partner, endpoint, message }: Try): Promise<Ending> => {
  if (!message) return { is: "hopeless", reason: "not an event of the gateway" };
  // The rule has the same list. A message may be older than a change of it.
  if (!endpoint?.studios.includes(message.studioId)) return { is: "hopeless", reason: "not the partner's studio" };
  try {
    const { id, body } = message;
    const secrets = await effects.secretsOf(partner);
    const timestamp = Math.floor(effects.now() / 1000);
    const headers = {
      "content-type": "application/json",
      "user-agent": "perfectgym-gateway",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signatureOf({ id, timestamp, body }, secrets),
    };
    return endingOf(await effects.post({ url: endpoint.url, headers, body, timeoutMs }), effects.now());
  } catch (error) {
    return { is: "fails", errors: describeErrors(error) };
  }
};

const endingOf = ({ status, retryAfter }: Posted, now: number): Ending => {
  if (status >= 200 && status < 300) return { is: "delivered", status };
  // The receiver wants no more. Only the operator can remove its endpoint.
  if (status === 410) return { is: "hopeless", status };
  return { is: "fails", status, retryAfterSeconds: parseRetryAfter(retryAfter, now) };
};
