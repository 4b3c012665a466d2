import type { Run } from "./messages.ts";
import { delaySecondsOf, type Queue } from "./queue.ts";

/** The run has ended, and this message still had to wait. The next run does its work. */
export class RunOver extends Error {
  override readonly name = "RunOver";
}

interface Postponing<Message> {
  readonly queue: Queue<Message>;
  readonly now: () => number;
}

/** Sends a message again, so that it comes after `waitMs`, but in 15 minutes at the latest. @throws RunOver */
export const postpone = async <Message extends Run>(
  { queue, now }: Postponing<Message>,
  message: Message,
  waitMs: number,
): Promise<{ readonly kind: "later" }> => {
  if (now() > message.endsAt) throw new RunOver("the next run has begun");
  await queue.send([message], delaySecondsOf(waitMs));
  return { kind: "later" };
};
