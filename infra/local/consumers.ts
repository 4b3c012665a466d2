import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import * as z from "zod";
import { FunctionFailed, type Lambda } from "./lambda.ts";
import type { Service } from "./service.ts";
import type { Sqs } from "./sqs.ts";

const batchResponse = z.looseObject({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).default([]),
});

export interface Consumers {
  readonly stop: () => Promise<unknown>;
}

export interface ConsumerOptions {
  readonly lambdas: ReadonlyMap<string, Lambda>;
  readonly sqs: Sqs;
  readonly onAnswer: (answer: unknown) => void;
  /** When a message that failed comes back. @default as on AWS: after the queue's time, or the one that the function set */
  readonly retrySeconds?: number | undefined;
}

/** Passes messages from queues to functions as Lambda's event source mappings do, with partial batch responses. */
export const startConsumers = (
  { functions }: Service,
  { lambdas, sqs, onAnswer, retrySeconds }: ConsumerOptions,
): Consumers => {
  const stopping = new AbortController();
  const loops = Object.entries(functions).flatMap(([name, { events }]) =>
    events.flatMap((event) => {
      const lambda = lambdas.get(name);
      if (!("sqs" in event) || !lambda) return [];
      const { arn, batchSize, maximumConcurrency } = event.sqs;
      const [id] = arn["Fn::GetAtt"];
      const queue = { sqs, arn: sqs.arnOf(id), url: sqs.queueUrls[id] ?? "", batchSize, retrySeconds };
      return Array.from({ length: maximumConcurrency }, () =>
        consume(queue, lambda, { signal: stopping.signal, onAnswer }),
      );
    }),
  );
  return {
    stop: () => {
      stopping.abort();
      return Promise.all(loops);
    },
  };
};

interface Source {
  readonly sqs: Sqs;
  readonly arn: string;
  readonly url: string;
  readonly batchSize: number;
  readonly retrySeconds: number | undefined;
}

const consume = async (
  queue: Source,
  lambda: Lambda,
  { signal, onAnswer }: { signal: AbortSignal; onAnswer: (answer: unknown) => void },
): Promise<void> => {
  while (!signal.aborted) {
    const messages = await receive(queue, signal);
    if (messages.length === 0) continue;
    const failed = await handle(lambda, { arn: queue.arn, messages }, onAnswer);
    await Promise.all(messages.map((message) => settle(queue, message, failed.has(message.MessageId ?? ""))));
  }
};

const receive = async ({ sqs, url, batchSize }: Source, abortSignal: AbortSignal): Promise<readonly Message[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: batchSize,
    WaitTimeSeconds: 20,
    MessageSystemAttributeNames: ["ApproximateReceiveCount", "SentTimestamp"],
  });
  try {
    return (await sqs.client.send(command, { abortSignal })).Messages ?? [];
  } catch (error) {
    if (abortSignal.aborted) return [];
    throw error;
  }
};

/** Ids of the messages to be received again: all of them if the function itself failed. */
const handle = async (
  lambda: Lambda,
  { arn, messages }: { readonly arn: string; readonly messages: readonly Message[] },
  onAnswer: (answer: unknown) => void,
) => {
  const Records = messages.map(({ MessageId, Body, ReceiptHandle, Attributes }) => ({
    messageId: MessageId,
    body: Body,
    receiptHandle: ReceiptHandle,
    attributes: Attributes,
    eventSource: "aws:sqs",
    eventSourceARN: arn,
  }));
  try {
    const answer = await lambda.invoke({ Records });
    onAnswer(answer);
    return new Set(batchResponse.parse(answer).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  } catch (error) {
    if (!(error instanceof FunctionFailed)) throw error;
    return new Set(messages.map(({ MessageId = "" }) => MessageId));
  }
};

const settle = async (queue: Source, { ReceiptHandle }: Message, isFailed: boolean): Promise<void> => {
  const { sqs, url: QueueUrl, retrySeconds } = queue;
  if (isFailed && retrySeconds === undefined) return;
  if (isFailed)
    await sqs.client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: retrySeconds }),
    );
  else await sqs.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
};
