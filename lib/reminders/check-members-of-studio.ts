import { getContractData } from "#lib/operations/contracts.ts";
import { isForbidden, UpstreamBusy } from "#lib/perfectgym/errors.ts";
import { checkOneMember, type MemberEffects } from "./check-one-member.ts";
import { leaseMs } from "./ledger.ts";
import { type Members, membersDue } from "./members.ts";
import type { MemberMessage, Reminder } from "./messages.ts";
import type { Slots } from "./pace.ts";
import { postpone } from "./postpone.ts";
import { ReminderInHand } from "./publish-once.ts";
import type { Queue } from "./queue.ts";
import { type Rules, type RulesEffects, rulesOf } from "./rules.ts";
import type { Pace } from "./shared-pace.ts";

export type CheckEffects = RulesEffects &
  MemberEffects & {
    readonly members: Pick<Members, "nextChecks">;
    readonly pace: Pace;
    readonly queues: { readonly members: Queue<MemberMessage> };
    readonly sleep: (ms: number) => Promise<unknown>;
  };

/**
 * What came of a message. `later`: it was sent again. `forbidden`: the studio's key may not read this member; the next
 * run tries again. `failed`: SQS must deliver it again.
 */
export type Checked =
  | { readonly kind: "checked"; readonly reminders: readonly Reminder[]; readonly modulesForbidden: boolean }
  | { readonly kind: "later" | "not-due" | "forbidden" }
  | { readonly kind: "failed"; readonly error: unknown };

/** After so many 503 the cause may be this member: the next 503 fails her message, and slows down nobody else. */
const mostRefusals = 5;

/**
 * Checks members of one studio in one run, at the job's pace. Returns an outcome for each message, in their order. An
 * error of one member stays with that member. @throws what concerns all of them: the table, the secret, the rules
 */
export const checkMembersOfStudio = async (
  effects: CheckEffects,
  messages: readonly MemberMessage[],
): Promise<readonly Checked[]> => {
  const [first] = messages;
  if (!first) return [];
  const { studioId } = first;
  const rules = await rulesOf(effects, first);
  const customerIds = messages.map(({ customerId }) => customerId);
  const dueIds = new Set(await membersDue(effects.members, { studioId, customerIds, today: rules.today }));
  const due = messages.filter(({ customerId }) => dueIds.has(customerId));
  const slots = await effects.pace.reserve(studioId, getContractData.id, due.length);
  const checks = messages.map(async (message): Promise<Checked> => {
    const place = due.indexOf(message);
    if (place < 0) return { kind: "not-due" };
    return checkInSlot(place, message, { effects, rules, slots }).catch((error) => ({ kind: "failed", error }));
  });
  return Promise.all(checks);
};

interface Group {
  readonly effects: CheckEffects;
  readonly rules: Rules;
  readonly slots: Slots;
}

/** Waits for slot number `place`, then checks the member. A message that cannot be checked yet is sent again. */
const checkInSlot = async (
  place: number,
  message: MemberMessage,
  { effects, rules, slots }: Group,
): Promise<Checked> => {
  const { pace, sleep, queues, now } = effects;
  const queue = { queue: queues.members, now };
  const startInMs = slots.startInMs + place * slots.intervalMs;
  if (place >= slots.granted) return postpone(queue, message, startInMs);
  await sleep(startInMs);
  const pausedMs = await pace.pausedFor(message.studioId, getContractData.id);
  if (pausedMs > 0) return postpone(queue, message, pausedMs);
  try {
    return { kind: "checked", ...(await checkOneMember(effects, message, rules)) };
  } catch (error) {
    if (error instanceof ReminderInHand) return postpone(queue, message, leaseMs);
    if (isForbidden(error)) return { kind: "forbidden" };
    if (!(error instanceof UpstreamBusy)) throw error;
    const { refused = 0 } = message;
    if (error.facts.upstreamStatus !== 429 && refused >= mostRefusals) throw error;
    await pace.yieldTo(message.studioId, getContractData.id, error);
    return postpone(queue, { ...message, refused: refused + 1 }, error.retryAfterSeconds * 1000);
  }
};
