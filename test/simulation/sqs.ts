import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import type { Dice } from "#infra/sandbox/members/dice.ts";
import type { Clock } from "./clock.ts";
import { latencies, odds } from "./odds.ts";

interface Message {
  readonly messageId: string;
  readonly body: string;
  receives: number;
  isGone: boolean;
}

export interface QueueOptions {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  readonly visibilityMs: number;
  readonly maxReceiveCount: number;
  /** Undefined: the invocation was cut off, and the messages are received again. */
  readonly consume: (records: SQSRecord[], requestId: string) => Promise<SQSBatchResponse | undefined>;
  readonly onSent: (body: string) => void;
  readonly onReceived: () => void;
  readonly onGone: (body: string, fate: "deleted" | "dead") => void;
}

export interface SimulatedQueue {
  readonly send: (bodies: readonly string[], delaySeconds: number) => void;
}

/** SQS and Lambda's poller: at least once, a partial batch response, a dead-letter queue. */
export const createSimulatedQueue = (name: string, options: QueueOptions): SimulatedQueue => {
  const { clock, dice, batchSize, maximumConcurrency, visibilityMs, maxReceiveCount } = options;
  let visible: Message[] = [];
  let taken = 0;
  let running = 0;
  let sent = 0;
  let invocations = 0;

  const show = (messages: readonly Message[]): void => {
    visible.push(...messages);
    poll();
  };

  const poll = (): void => {
    while (running < maximumConcurrency && taken < visible.length) {
      const batch = receive();
      if (batch.length > 0) void deliver(batch);
    }
  };

  const receive = (): readonly Message[] => {
    const batch = visible.slice(taken, taken + batchSize).filter(({ isGone }) => !isGone);
    taken = Math.min(taken + batchSize, visible.length);
    if (taken > 10_000 || taken === visible.length) {
      visible = visible.slice(taken);
      taken = 0;
    }
    const [dead, alive] = [batch.filter(isSpent), batch.filter((message) => !isSpent(message))];
    for (const message of dead) remove(message, "dead");
    for (const message of alive) message.receives += 1;
    return alive;
  };

  const isSpent = ({ receives }: Message): boolean => receives >= maxReceiveCount;

  const remove = (message: Message, fate: "deleted" | "dead"): void => {
    if (message.isGone) return;
    message.isGone = true;
    options.onGone(message.body, fate);
  };

  const deliver = async (batch: readonly Message[]): Promise<void> => {
    running += 1;
    const visibleAt = clock.now() + visibilityMs;
    const twice = batch.filter(() => dice.onceIn(odds.deliveredTwice));
    if (twice.length > 0) clock.at(clock.now() + dice.below(2_000), () => show(twice));
    for (const _ of batch) options.onReceived();
    const [least, more] = latencies.invoke;
    await clock.sleep(least + dice.below(more));
    const response = await options.consume(batch.map(recordOf), `${name}-${invocations++}`);
    const failed = new Set(response?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const kept = batch.filter(({ messageId }) => response === undefined || failed.has(messageId));
    for (const message of batch) if (!kept.includes(message)) remove(message, "deleted");
    if (kept.length > 0) clock.at(visibleAt, () => show(kept));
    running -= 1;
    poll();
  };

  return {
    send: (bodies, delaySeconds) => {
      const messages = bodies.map((body) => ({ messageId: `${sent++}`, body, receives: 0, isGone: false }));
      for (const body of bodies) options.onSent(body);
      clock.at(clock.now() + delaySeconds * 1000, () => show(messages));
    },
  };
};

const recordOf = ({ messageId, body, receives }: Message): SQSRecord => ({
  messageId,
  body,
  receiptHandle: messageId,
  attributes: {
    ApproximateReceiveCount: String(receives),
    ApproximateFirstReceiveTimestamp: "0",
    SentTimestamp: "0",
    SenderId: "simulation",
  },
  messageAttributes: {},
  md5OfBody: "",
  eventSource: "aws:sqs",
  eventSourceARN: "",
  awsRegion: "",
});
