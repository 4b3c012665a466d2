import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";
import * as z from "zod";
import { credentials, type Emulator } from "./dynamodb.ts";
import { type Credentials, guard } from "./guard.ts";
import type { QueueResource } from "./service.ts";

export interface Sqs extends Emulator {
  readonly client: SQSClient;
  /** By logical id. */
  readonly queueUrls: Readonly<Record<string, string>>;
  /** Messages of a queue that are not deleted, be they visible, delayed or in hand. */
  readonly waiting: (queue: string) => Promise<number>;
}

const region = "us-east-1";

/** What fauxqs tells of its queues. */
const counted = z.array(
  z.object({
    name: z.string(),
    approximateMessageCount: z.number(),
    approximateInflightCount: z.number(),
    approximateDelayedCount: z.number(),
  }),
);

/**
 * SQS for the real SDK, on loopback, with these queues; a dead-letter queue must stand before those that name it.
 * Without credentials it takes any.
 */
export const startSqs = async (
  queues: Readonly<Record<string, QueueResource>>,
  checked?: Credentials,
): Promise<Sqs> => {
  // Not startFauxqs: that would listen to the whole network.
  const app = buildApp({ logger: false });
  guard(app.server, checked);
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  const client = new SQSClient({ endpoint: url, region, credentials: checked ?? credentials });
  const queueUrls: Record<string, string> = {};
  for (const [name, resource] of Object.entries(queues)) {
    await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributesOf(resource) }));
    // Not the URL that it answers: that has a host name of its own.
    queueUrls[name] = `${url}/000000000000/${name}`;
  }

  const waiting = async (queue: string): Promise<number> => {
    const { body } = await app.inject("/_fauxqs/queues");
    const counts = counted.parse(JSON.parse(body)).find(({ name }) => name === queue);
    const { approximateMessageCount = 0, approximateInflightCount = 0, approximateDelayedCount = 0 } = counts ?? {};
    return approximateMessageCount + approximateInflightCount + approximateDelayedCount;
  };
  return {
    url,
    client,
    queueUrls,
    waiting,
    close: () => {
      client.destroy();
      return app.close();
    },
  };
};

const attributesOf = ({ VisibilityTimeout, RedrivePolicy }: QueueResource): Record<string, string> => {
  const redrive = RedrivePolicy && {
    deadLetterTargetArn: `arn:aws:sqs:${region}:000000000000:${RedrivePolicy.deadLetterTargetArn["Fn::GetAtt"][0]}`,
    maxReceiveCount: RedrivePolicy.maxReceiveCount,
  };
  return {
    ...(VisibilityTimeout !== undefined && { VisibilityTimeout: String(VisibilityTimeout) }),
    ...(redrive && { RedrivePolicy: JSON.stringify(redrive) }),
  };
};
