import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import * as z from "zod";
import { describeErrors, type Log } from "#lib/observability/log.ts";
import { UpstreamError } from "#lib/perfectgym/errors.ts";
import { type Checked, checkMembers } from "./check-members.ts";
import type { RunEffects } from "./effects.ts";
import { listMembers, startRun } from "./list-members.ts";
import type { Members } from "./members.ts";
import {
  type CancelationReminderDue,
  type MemberMessage,
  memberMessage,
  sliceMessage,
  startEvent,
} from "./messages.ts";
import { RemindersMisconfigured } from "./rules.ts";

/** A run that is not through by then makes way for the next day's. */
const longestRunMs = 22 * 3_600_000;

export type JobEffects = RunEffects & { readonly log: Pick<Log, "job"> };
type Invocation = Pick<Context, "awsRequestId">;

/** Counts what is sent to the upstream, answered or not. */
const counting = (effects: JobEffects): { readonly effects: JobEffects; readonly calls: () => number } => {
  let sent = 0;
  const { call } = effects.perfectgym;
  const counted: typeof call = async (operation, options) => {
    try {
      const result = await call(operation, options);
      sent += result.attempts;
      return result;
    } catch (error) {
      if (error instanceof UpstreamError) sent += error.facts.attempts;
      throw error;
    }
  };
  return { effects: { ...effects, perfectgym: { ...effects.perfectgym, call: counted } }, calls: () => sent };
};

/** Starts a run: one message for each studio of the secret. The schedule's event starts a real one. */
export const startReminderRun =
  (effects: JobEffects) =>
  async (event: unknown, { awsRequestId: runId }: Invocation) => {
    const { today, dryRun } = startEvent.parse(event);
    if (today !== undefined && !dryRun && !effects.settings.mayPretend)
      throw new RemindersMisconfigured("today is allowed only in a dry run: set dryRun to true");
    const studios = await startRun(effects, {
      today,
      dryRun,
      runId,
      endsAt: effects.now() + longestRunMs,
    });
    effects.log.job({ operation: "startReminderRun", requestId: runId, studios });
    return { runId, studios };
  };

/** Reads slices of the list of members. What fails is delivered again, and in the end left in the dead-letter queue. */
export const listMembersOfStudio =
  (live: JobEffects) =>
  async ({ Records }: SQSEvent, { awsRequestId: requestId }: Invocation): Promise<SQSBatchResponse> => {
    const { effects, calls } = counting(live);
    const failed: SQSRecord[] = [];
    for (const record of Records)
      try {
        const message = sliceMessage.parse(JSON.parse(record.body));
        const { kind, ...counts } = await listMembers(effects, message);
        const { runId, studioId } = message;
        effects.log.job({
          operation: "listMembers",
          requestId,
          runId,
          studioId,
          outcome: kind,
          ...counts,
          upstreamCalls: calls(),
        });
      } catch (error) {
        failed.push(record);
        const errors = describeErrors(error);
        effects.log.job({ operation: "listMembers", requestId, failed: 1, upstreamCalls: calls(), errors });
      }
    return failuresOf(failed);
  };

/** What a run tells besides: in a dry one, nobody else learns which reminders are due. */
export type CheckResponse = SQSBatchResponse & { readonly reminders: readonly CancelationReminderDue[] };

/** Asks for members and publishes what is due. Each message fails alone. */
export const checkMember =
  (live: JobEffects) =>
  async ({ Records }: SQSEvent, { awsRequestId: requestId }: Invocation): Promise<CheckResponse> => {
    const { effects, calls } = counting(live);
    const read = Records.map((record) => ({ record, ...parse(record) }));
    const unreadable = read.flatMap(({ record, error }) => (error ? [{ record, result: failure(error) }] : []));
    const readable = read.flatMap(({ record, message }) => (message ? [{ record, message }] : []));
    const batches = Map.groupBy(readable, ({ message: { studioId, runId } }) => JSON.stringify([studioId, runId]));
    const checked = await Promise.all([...batches.values()].map((batch) => checkBatch(effects, batch)));
    const results = [...unreadable, ...checked.flat()];
    const outcomes = results.map(({ result }) => result);
    const reminders = outcomes.flatMap((outcome) => (outcome.kind === "checked" ? outcome.reminders : []));
    const counts = tally(outcomes, reminders.length);
    effects.log.job({ operation: "checkMember", requestId, ...counts, upstreamCalls: calls() });
    return {
      ...failuresOf(results.flatMap(({ record, result }) => (result.kind === "failed" ? [record] : []))),
      reminders,
    };
  };

const failure = (error: unknown): Checked => ({ kind: "failed", error });

interface Readable {
  readonly record: SQSRecord;
  readonly message: MemberMessage;
}

/** Messages of one run and studio. What fails for all of them, such as the table, fails each. */
const checkBatch = async (effects: RunEffects, batch: readonly Readable[]) => {
  const messages = batch.map(({ message }) => message);
  const results = await checkMembers(effects, messages).catch((error: unknown) => messages.map(() => failure(error)));
  return batch.flatMap(({ record }, place) => {
    const result = results[place];
    return result ? [{ record, result }] : [];
  });
};

const changed = z.object({ detail: z.object({ studioId: z.string(), customerId: z.string() }) });

/** After a write of the gateway's own, what was found of the member no longer holds: the next run asks for her. */
export const lookAgain =
  ({ members }: { members: Pick<Members, "forget"> }) =>
  async (event: unknown): Promise<void> => {
    const { studioId, customerId } = changed.parse(event).detail;
    await members.forget(studioId, customerId);
  };

/** A message that makes no sense must not hold up those that came with it. */
const parse = ({ body }: SQSRecord): { readonly message?: MemberMessage; readonly error?: unknown } => {
  try {
    return { message: memberMessage.parse(JSON.parse(body)) };
  } catch (error) {
    return { error };
  }
};

const failuresOf = (records: readonly SQSRecord[]): SQSBatchResponse => ({
  batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })),
});

const tally = (outcomes: readonly Checked[], reminders: number) => {
  const count = (kind: Checked["kind"]) => outcomes.filter((outcome) => outcome.kind === kind).length;
  const [failed, forbidden] = [count("failed"), count("forbidden")];
  const errors = outcomes.flatMap((outcome) => (outcome.kind === "failed" ? describeErrors(outcome.error, 2) : []));
  return {
    checked: count("checked"),
    later: count("later"),
    notWorthIt: count("not-worth-it"),
    reminders,
    ...(forbidden > 0 && { forbidden }),
    ...(failed > 0 && { failed, errors: errors.slice(0, 10) }),
  };
};
