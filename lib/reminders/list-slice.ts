import type * as z from "zod/mini";
import { getContractData } from "#lib/operations/contracts.ts";
import { customersSlice, getCustomers } from "#lib/operations/customers.ts";
import type { PerfectGym } from "#lib/perfectgym/client.ts";
import { UpstreamBusy } from "#lib/perfectgym/errors.ts";
import { type Members, membersDue } from "./members.ts";
import type { MemberMessage, SliceMessage } from "./messages.ts";
import { postpone } from "./postpone.ts";
import { mostDelaySeconds, type Queue } from "./queue.ts";
import { type RulesEffects, rulesOf } from "./rules.ts";
import type { Runs } from "./runs.ts";
import type { Pace } from "./shared-pace.ts";
import type { Slices } from "./slices.ts";
import { oneAttempt } from "./upstream-calls.ts";

export interface ListEffects extends RulesEffects {
  readonly perfectgym: Pick<PerfectGym, "call" | "settings">;
  readonly slices: Slices;
  readonly runs: Pick<Runs, "end">;
  readonly members: Pick<Members, "nextChecks">;
  readonly pace: Pick<Pace, "reserve" | "yieldTo">;
  readonly queues: { readonly slices: Queue<SliceMessage>; readonly members: Queue<MemberMessage> };
  readonly sleep: (ms: number) => Promise<unknown>;
}

/** The upstream's largest. */
const sliceSize = 500;

/** The upstream's list of members is inconsistent. The chain of slices ends here, and the message fails. */
export class SliceUnintelligible extends Error {
  override readonly name = "SliceUnintelligible";
}

/** What came of a slice. `asked`: how many of its members are due for a check. `later`: the message was sent again. */
type Listed =
  | { readonly kind: "listed"; readonly members: number; readonly asked: number }
  | { readonly kind: "later" | "done-before" };

/**
 * Reads one slice of a studio's members, and enqueues those who are due for a check, then the next slice.
 * @throws UpstreamError, SliceUnintelligible, RunOver, RemindersMisconfigured: the message must come again
 */
export const listSlice = async (effects: ListEffects, message: SliceMessage): Promise<Listed> => {
  const { queues, slices, pace, sleep, now } = effects;
  if (await slices.isDone(message)) return { kind: "done-before" };
  const queue = { queue: queues.slices, now };
  const { granted, startInMs } = await pace.reserve(message.studioId, getCustomers.id, 1);
  if (granted === 0) return postpone(queue, message, startInMs);
  await sleep(startInMs);
  try {
    return await enqueueFrom(await readSlice(effects, message), message, effects);
  } catch (error) {
    if (!(error instanceof UpstreamBusy)) throw error;
    await pace.yieldTo(message.studioId, getCustomers.id, error);
    return postpone(queue, message, error.retryAfterSeconds * 1000);
  }
};

type Slice = z.infer<typeof customersSlice>;

const readSlice = async ({ perfectgym }: ListEffects, { studioId, offset }: SliceMessage): Promise<Slice> => {
  const query = { customerStatus: "MEMBER", sliceSize: String(sliceSize), ...(offset !== undefined && { offset }) };
  const { json } = await perfectgym.call(getCustomers, { studioId, params: {}, query, ...oneAttempt });
  return customersSlice.parse(json);
};

const enqueueFrom = async (slice: Slice, message: SliceMessage, effects: ListEffects): Promise<Listed> => {
  const { queues, slices, runs, members, pace } = effects;
  const { offset: _, ...run } = message;
  // A studio with a wrong policy or time zone fails here, once, and not once per member.
  const { today } = await rulesOf(effects, message);
  const customerIds = slice.result.map(({ id }) => String(id));
  const due = await membersDue(members, { studioId: run.studioId, customerIds, today });
  await queues.members.send(due.map((customerId) => ({ ...run, customerId })));
  if (slice.hasNext) {
    const offset = nextOffset(slice.offset, message);
    // The next slice comes when these members are checked, so the queue never has more than a slice or two.
    const { startInMs, intervalMs } = await pace.reserve(run.studioId, getContractData.id, 0);
    const delaySeconds = Math.floor((startInMs + due.length * intervalMs) / 1000);
    await queues.slices.send([{ ...run, offset }], Math.min(delaySeconds, mostDelaySeconds));
  } else if (!message.dryRun) await runs.end(run.studioId);
  // Also in a dry run: a list whose offsets repeat would never end.
  await slices.done(message);
  return { kind: "listed", members: customerIds.length, asked: due.length };
};

const nextOffset = (next: string | null | undefined, { offset }: SliceMessage): string => {
  if (next && next !== offset) return next;
  throw new SliceUnintelligible("the upstream announces another slice but does not give its offset");
};
