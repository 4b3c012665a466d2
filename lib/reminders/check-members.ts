import * as z from "zod";
import { getContractData } from "#lib/operations/contracts.ts";
import { answerId, calendarDate, money } from "#lib/operations/fields.ts";
import { UpstreamBusy, UpstreamForbidden, UpstreamRefused } from "#lib/perfectgym/errors.ts";
import { dueStep, nextLook, openDeadline } from "./due.ts";
import type { RunEffects } from "./effects.ts";
import { leaseMs } from "./ledger.ts";
import { callMs, delayOf, RunOver } from "./list-members.ts";
import type { CancelationReminderDue, MemberMessage } from "./messages.ts";
import type { Slots } from "./pace.ts";
import { publishOnce, ReminderInHand } from "./publish-once.ts";
import { reminderIdOf, spreadOf } from "./reminder-id.ts";
import { rulesOf } from "./rules.ts";

/** What the job needs of a contract; a reminder is worth more than a price that does not fit. */
const contract = z.looseObject({
  id: answerId,
  contractStatus: z.string(),
  cancelationStatus: z.string().nullish(),
  lastPossibleCancelationDate: calendarDate.nullish(),
  endDate: calendarDate.nullish().catch(null),
  rateName: z.string().nullish().catch(null),
  priceDetails: z.looseObject({ currentPrice: money }).nullish().catch(null),
});

/**
 * What came of a member. `later`: the message is on its way again. `forbidden`: closed to the studio's key, and asked for
 * again by the next run. `failed`: SQS is to deliver it again.
 */
export type Checked =
  | { readonly kind: "checked"; readonly reminders: readonly CancelationReminderDue[] }
  | { readonly kind: "later" | "not-worth-it" | "forbidden" }
  | { readonly kind: "failed"; readonly error: unknown };

/** A 503 that comes so often is this member's own: from then on she is tried like one that fails, and nobody else waits. */
const mostRefusals = 5;

/** Asks for members of one studio, in the job's rhythm. One member's failure is hers alone. */
export const checkMembers = async (effects: RunEffects, messages: readonly MemberMessage[]): Promise<Checked[]> => {
  const [first] = messages;
  if (!first) return [];
  const { studioId } = first;
  const customerIds = messages.map(({ customerId }) => customerId);
  const looks = await effects.members.looks(studioId, customerIds);
  const rules = await rulesOf(effects, first);
  const worth = messages.filter(({ customerId }) => (looks.get(customerId) ?? rules.today) <= rules.today);
  const slots = await effects.pace.reserve(studioId, getContractData.id, worth.length);
  const batch = { effects, rules, slots };
  const checks = messages.map(async (message): Promise<Checked> => {
    const place = worth.indexOf(message);
    if (place < 0) return { kind: "not-worth-it" };
    return checkAt(place, message, batch).catch((error: unknown) => ({ kind: "failed", error }));
  });
  return Promise.all(checks);
};

interface Batch {
  readonly effects: RunEffects;
  readonly rules: Awaited<ReturnType<typeof rulesOf>>;
  readonly slots: Slots;
}

const checkAt = async (place: number, message: MemberMessage, batch: Batch): Promise<Checked> => {
  const { effects, slots } = batch;
  const waitMs = slots.startInMs + place * slots.intervalMs;
  if (place >= slots.granted) return later(effects, message, waitMs);
  await effects.sleep(waitMs);
  const pausedMs = await effects.pace.pausedFor(message.studioId, getContractData.id);
  if (pausedMs > 0) return later(effects, message, pausedMs);
  try {
    return await check(message, batch);
  } catch (error) {
    if (error instanceof ReminderInHand) return later(effects, message, leaseMs);
    if (error instanceof UpstreamForbidden) return { kind: "forbidden" };
    if (!(error instanceof UpstreamBusy)) throw error;
    const { refused = 0 } = message;
    if (error.facts.upstreamStatus !== 429 && refused >= mostRefusals) throw error;
    await effects.pace.yieldTo(message.studioId, getContractData.id, error);
    return later(effects, { ...message, refused: refused + 1 }, error.retryAfterSeconds * 1000);
  }
};

const later = async ({ queues, now }: RunEffects, message: MemberMessage, waitMs: number): Promise<Checked> => {
  if (now() > message.endsAt) throw new RunOver("the next run has begun");
  await queues.members.send([message], delayOf(waitMs));
  return { kind: "later" };
};

const check = async (message: MemberMessage, { effects, rules }: Batch): Promise<Checked> => {
  const { studioId, customerId, dryRun = false } = message;
  const contracts = await contractsOf(effects, message);
  const reminders = contracts.flatMap((each) => reminderOf(each, message, rules));
  if (dryRun) return { kind: "checked", reminders };
  const published = await publishOnce(effects, reminders);
  const { recheckDays } = effects.settings;
  const spread = spreadOf(studioId, customerId);
  const deadlines = contracts.flatMap((each) => openDeadline(each, rules.today) ?? []);
  await effects.members.seen(studioId, customerId, {
    lookFrom: nextLook(contracts, { ...rules, recheckDays, spread }),
    deadlines,
  });
  return { kind: "checked", reminders: published };
};

/** None of a member whom the upstream itself no longer has. */
const contractsOf = async ({ perfectgym }: RunEffects, { studioId, customerId }: MemberMessage) => {
  try {
    const call = { studioId, params: { customerId }, budgetMs: callMs, maxAttemptMs: callMs, maxAttempts: 1 };
    return z.array(contract).parse((await perfectgym.call(getContractData, call)).json);
  } catch (error) {
    if (error instanceof UpstreamRefused && error.status === 404) return [];
    throw error;
  }
};

const reminderOf = (
  each: z.infer<typeof contract>,
  { studioId, customerId }: MemberMessage,
  { policy, today }: Batch["rules"],
): CancelationReminderDue[] => {
  const due = dueStep(each, { policy, today });
  if (!due) return [];
  const { id: contractId, endDate = null, rateName = null, priceDetails } = each;
  const { amount, currency } = priceDetails?.currentPrice ?? {};
  return [
    {
      reminderId: reminderIdOf({ studioId, contractId, deadline: due.deadline, step: due.step }),
      studioId,
      customerId,
      contractId: String(contractId),
      lastPossibleCancelationDate: due.deadline,
      endDate,
      daysLeft: due.daysLeft,
      step: due.step,
      policy: policy.name,
      rateName,
      currentPrice: amount === undefined || currency === undefined ? null : { amount, currency },
    },
  ];
};
