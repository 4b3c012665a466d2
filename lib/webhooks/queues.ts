import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";

/** The names of a partner's queues. `stack` is the stack's name. infra/config/webhooks.ts makes the queues. */
export const queueNames = (stack: string, partner: string) => ({
  waiting: `${stack}-webhook-${partner}`,
  givenUp: `${stack}-failed-${partner}`,
});

export interface PartnerQueues {
  /** The partner whose queue the message is from. @throws Error if it is no partner's */
  readonly partnerOf: (record: SQSRecord) => string;
  /** Hides the message for some seconds: 12 hours at most since its receipt. */
  readonly hide: (record: SQSRecord, seconds: number) => Promise<void>;
  /** Copies the message into the partner's dead-letter queue. */
  readonly giveUp: (record: SQSRecord) => Promise<void>;
}

export interface PartnerQueuesOptions {
  readonly client: Pick<SQSClient, "send">;
  readonly stack: string;
  readonly partners: readonly string[];
}

export const createPartnerQueues = ({ client, stack, partners }: PartnerQueuesOptions): PartnerQueues => {
  const byName = new Map(partners.map((partner) => [queueNames(stack, partner).waiting, partner]));

  const partnerOf = ({ eventSourceARN }: SQSRecord): string => {
    const partner = byName.get(eventSourceARN.split(":").at(-1) ?? "");
    if (partner === undefined) throw new Error("the message is from no partner's queue");
    return partner;
  };

  return {
    partnerOf,
    hide: async ({ eventSourceARN, receiptHandle }, VisibilityTimeout) => {
      const QueueUrl = urlOf(eventSourceARN);
      await client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout }),
      );
    },
    giveUp: async (record) => {
      const { givenUp } = queueNames(stack, partnerOf(record));
      const QueueUrl = urlOf(record.eventSourceARN.replace(/[^:]+$/, givenUp));
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: record.body }));
    },
  };
};

/** A queue's URL, from its ARN: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html */
const urlOf = (arn: string): string => {
  const [, , , region, account, name] = arn.split(":");
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
};
