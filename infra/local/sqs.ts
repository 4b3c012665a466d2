import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";
import * as z from "zod";
import { credentials, type Emulator } from "./dynamodb.ts";
import { type Credentials, guard } from "./guard.ts";
import type { QueueResource } from "./service.ts";

export interface Sqs extends Emulator {
  readonly client: SQSClient;
  /** The queues' URLs by logical id. */
  readonly queueUrls: Readonly<Record<string, string>>;
  /** The ARN of a queue with this logical id. */
  readonly arnOf: (queue: string) => string;
  /** The number of a queue's messages that are not deleted: visible, delayed or in flight. */
  readonly waiting: (queue: string) => Promise<number>;
}

const region = "us-east-1";

/** The part of fauxqs' queues that this file reads. */
const counted = z.array(
  z.object({
    name: z.string(),
    approximateMessageCount: z.number(),
    approximateInflightCount: z.number(),
    approximateDelayedCount: z.number(),
  }),
);

/**
 * An emulator of SQS for the real SDK, on loopback, with these queues. A dead-letter queue must come before the queues
 * that name it. Without `credentials`, any are valid.
 */
export const startSqs = async (
  queues: Readonly<Record<string, QueueResource>>,
  checked?: Credentials,
): Promise<Sqs> => {
  // Not startFauxqs, which would listen on all network interfaces.
  const app = buildApp({ logger: false });
  guard(app.server, checked);
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  const client = new SQSClient({ endpoint: url, region, credentials: checked ?? credentials });
  const nameOf = (id: string) => queues[id]?.QueueName ?? id;
  const arnOf = (id: string) => `arn:aws:sqs:${region}:000000000000:${nameOf(id)}`;
  const queueUrls: Record<string, string> = {};
  for (const [id, resource] of Object.entries(queues)) {
    await client.send(new CreateQueueCommand({ QueueName: nameOf(id), Attributes: attributesOf(resource, arnOf) }));
    // Not the URL from the answer, which has another host name.
    queueUrls[id] = `${url}/000000000000/${nameOf(id)}`;
  }

  const waiting = async (queue: string): Promise<number> => {
    const { body } = await app.inject("/_fauxqs/queues");
    const counts = counted.parse(JSON.parse(body)).find(({ name }) => name === nameOf(queue));
    const { approximateMessageCount = 0, approximateInflightCount = 0, approximateDelayedCount = 0 } = counts ?? {};
    return approximateMessageCount + approximateInflightCount + approximateDelayedCount;
  };
  return {
    url,
    client,
    queueUrls,
    arnOf,
    waiting,
    close: () => {
      client.destroy();
      return app.close();
    },
  };
};

const attributesOf = (
  { VisibilityTimeout, RedrivePolicy }: QueueResource,
  arnOf: Sqs["arnOf"],
): Record<string, string> => {
  const redrive = RedrivePolicy && {
    deadLetterTargetArn: arnOf(RedrivePolicy.deadLetterTargetArn["Fn::GetAtt"][0]),
    maxReceiveCount: RedrivePolicy.maxReceiveCount,
  };
  return {
    ...(VisibilityTimeout !== undefined && { VisibilityTimeout: String(VisibilityTimeout) }),
    ...(redrive && { RedrivePolicy: JSON.stringify(redrive) }),
  };
};
