import { SQSClient } from "@aws-sdk/client-sqs";
import { startFauxqs } from "fauxqs";
import { credentials, type Emulator } from "./dynamodb.ts";
import type { QueueResource } from "./service.ts";

export interface Sqs extends Emulator {
  readonly client: SQSClient;
  /** By logical id. */
  readonly queueUrls: Readonly<Record<string, string>>;
  /** Messages of a queue that are not deleted, be they visible, delayed or in hand. */
  readonly waiting: (queue: string) => number;
}

const region = "us-east-1";

/** SQS for the real SDK, on loopback, with these queues; a dead-letter queue must stand before those that name it. */
export const startSqs = async (queues: Readonly<Record<string, QueueResource>>): Promise<Sqs> => {
  const server = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false, defaultRegion: region });
  const url = `http://127.0.0.1:${server.port}`;
  const client = new SQSClient({ endpoint: url, region, credentials });
  const queueUrls: Record<string, string> = {};
  for (const [name, resource] of Object.entries(queues)) {
    server.createQueue(name, { attributes: attributesOf(resource) });
    // Not the URL that it answers: that has a host name of its own.
    queueUrls[name] = `${url}/000000000000/${name}`;
  }

  const waiting = (queue: string): number => {
    const { ready = [], delayed = [], inflight = [] } = server.inspectQueue(queue)?.messages ?? {};
    return ready.length + delayed.length + inflight.length;
  };
  return {
    url,
    client,
    queueUrls,
    waiting,
    close: () => {
      client.destroy();
      return server.stop();
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
