import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { chunksOf } from "#lib/chunks.ts";

export interface Queue<Message> {
  /** Sends all messages, or throws. @param delaySeconds at most 900 */
  readonly send: (messages: readonly Message[], delaySeconds?: number) => Promise<void>;
}

/** SQS takes ten messages a call. */
const mostMessages = 10;

/** SQS did not take all messages; nothing says that it took none. */
export class MessagesNotSent extends Error {
  override readonly name = "MessagesNotSent";
}

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
