import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { chunksOf } from "#lib/chunks.ts";

export interface Queue<Message> {
  /** @param delaySeconds at most `mostDelaySeconds` @throws if one message was not sent; others may have been */
  readonly send: (messages: readonly Message[], delaySeconds?: number) => Promise<void>;
}

/** SQS takes ten messages a call. */
const mostMessages = 10;

/** SQS delays no message longer. */
export const mostDelaySeconds = 900;

/** The delay in seconds for a wait in milliseconds: rounded up, and cut at what SQS allows. */
export const delaySecondsOf = (waitMs: number): number => Math.min(Math.ceil(waitMs / 1000), mostDelaySeconds);

/** SQS did not take all messages. It may have taken some. */
export class MessagesNotSent extends Error {
  override readonly name = "MessagesNotSent";
}

/** Sends messages as JSON. `send` throws MessagesNotSent, or what the SDK throws. */
export const createQueue = <Message>(client: Pick<SQSClient, "send">, QueueUrl: string): Queue<Message> => ({
  send: async (messages, delaySeconds = 0) => {
    for (const chunk of chunksOf(messages, mostMessages)) {
      const Entries = chunk.map((message, place) => ({
        Id: String(place),
        MessageBody: JSON.stringify(message),
        DelaySeconds: delaySeconds,
      }));
      const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      if (Failed.length > 0) throw new MessagesNotSent(`${Failed.length} message(s) were not sent`);
    }
  },
});
