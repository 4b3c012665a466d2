import { getContractData } from "#lib/operations/contracts.ts";
import { customersSlice, getCustomers } from "#lib/operations/customers.ts";
import { UpstreamBusy } from "#lib/perfectgym/errors.ts";
import type { RunEffects } from "./effects.ts";
import type { Run, SliceMessage } from "./messages.ts";
import { rulesOf } from "./rules.ts";

/** The upstream's largest. */
const sliceSize = 500;

/** In milliseconds. Nobody waits for the answer; a try that takes longer is made again by the next delivery. */
export const callMs = 20_000;

/** SQS delays no message longer, in seconds. */
const longestDelay = 900;

/** The upstream's list of members makes no sense: the chain of slices ends here, loudly. */
export class SliceUnintelligible extends Error {
  override readonly name = "SliceUnintelligible";
}

/** Whoever is still asked for patience by then is left to the next run. */
export class RunOver extends Error {
  override readonly name = "RunOver";
}

/** What came of a slice. `later`: the upstream or the pace asks for patience, and the message is on its way again. */
export type Listed =
  | { readonly kind: "listed"; readonly members: number; readonly asked: number }
  | { readonly kind: "later" | "done-before" };

/** The first message of each studio's chain of slices. */
export const startRun = async ({ perfectgym, queues }: RunEffects, run: Omit<Run, "studioId">): Promise<number> => {
  const studioIds = await perfectgym.studioIds();
  await queues.slices.send(studioIds.map((studioId) => ({ ...run, studioId })));
  return studioIds.length;
};

/**
 * Reads one slice, enqueues those of its members that are worth asking for, then the next slice, as much later as these
 * members take at the job's rate: the queue never holds more than a slice or two.
 */
export const listMembers = async (effects: RunEffects, message: SliceMessage): Promise<Listed> => {
  const { queues, slices, members, pace } = effects;
  if (await slices.isDone(message)) return { kind: "done-before" };
  const slice = await readSlice(effects, message);
  if (slice === undefined) return { kind: "later" };
  const { studioId, offset: _, ...run } = message;
  const { today } = await rulesOf(effects, message);
  const customerIds = slice.result.map(({ id }) => String(id));
  const looks = await members.looks(studioId, customerIds);
  const worth = customerIds.filter((id) => (looks.get(id) ?? today) <= today);
  await queues.members.send(worth.map((customerId) => ({ ...run, studioId, customerId })));
  if (slice.hasNext) {
    const offset = nextOffset(slice.offset, message);
    const { startInMs, intervalMs } = await pace.reserve(studioId, getContractData.id, 0);
    const untilAsked = startInMs + worth.length * intervalMs;
    await queues.slices.send([{ ...run, studioId, offset }], Math.min(Math.floor(untilAsked / 1000), longestDelay));
  }
  // In a dry run too: a list whose offsets go round would never end.
  await slices.done(message);
  return { kind: "listed", members: customerIds.length, asked: worth.length };
};

const readSlice = async (effects: RunEffects, message: SliceMessage) => {
  const { perfectgym, pace, sleep } = effects;
  const { studioId, offset } = message;
  const { granted, startInMs } = await pace.reserve(studioId, getCustomers.id, 1);
  if (granted === 0) return later(effects, message, startInMs);
  await sleep(startInMs);
  const query = { customerStatus: "MEMBER", sliceSize: String(sliceSize), ...(offset !== undefined && { offset }) };
  try {
    const call = { studioId, params: {}, query, budgetMs: callMs, maxAttemptMs: callMs, maxAttempts: 1 };
    return customersSlice.parse((await perfectgym.call(getCustomers, call)).json);
  } catch (error) {
    if (!(error instanceof UpstreamBusy)) throw error;
    await pace.yieldTo(studioId, getCustomers.id, error);
    return later(effects, message, error.retryAfterSeconds * 1000);
  }
};

const later = async ({ queues, now }: RunEffects, message: SliceMessage, waitMs: number): Promise<undefined> => {
  if (now() > message.endsAt) throw new RunOver("the next run has begun");
  await queues.slices.send([message], delayOf(waitMs));
  return undefined;
};

/** Milliseconds as a message's delay in seconds. */
export const delayOf = (waitMs: number): number => Math.min(Math.ceil(waitMs / 1000), longestDelay);

const nextOffset = (next: string | null | undefined, { offset }: SliceMessage): string => {
  if (next && next !== offset) return next;
  throw new SliceUnintelligible("the upstream announces another slice but does not give its offset");
};
