import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";
import { credentials, type Emulator } from "./dynamodb.ts";
import type { QueueResource } from "./service.ts";

export interface Sqs extends Emulator {
  readonly client: SQSClient;
  /** By logical id. */
  readonly queueUrls: Readonly<Record<string, string>>;
  /** Messages of a queue that are not deleted, be they visible, delayed or in hand. */
  readonly waiting: (queue: string) => Promise<number>;
}

const region = "us-east-1";

/** SQS for the real SDK, on loopback, with these queues; a dead-letter queue must stand before those that name it. */
export const startSqs = async (queues: Readonly<Record<string, QueueResource>>): Promise<Sqs> => {
  const app = buildApp({ logger: false });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  const client = new SQSClient({ endpoint: url, region, credentials });
  const queueUrls: Record<string, string> = {};
  for (const [name, resource] of Object.entries(queues)) {
    await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributesOf(resource) }));
    // Not the URL that it answers: that has a host name of its own.
    queueUrls[name] = `${url}/000000000000/${name}`;
  }

  const waiting = async (queue: string): Promise<number> => {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrls[queue], AttributeNames: ["All"] }),
    );
    const counts: Readonly<Record<string, string>> = Attributes;
    const kinds = ["", "NotVisible", "Delayed"];
    return kinds.reduce((sum, kind) => sum + Number(counts[`ApproximateNumberOfMessages${kind}`] ?? 0), 0);
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
