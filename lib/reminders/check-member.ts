import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { describeErrors, type Log } from "#lib/observability/log.ts";
import { failuresOf } from "#lib/sqs-batch.ts";
import { type CheckEffects, type Checked, checkMembersOfStudio } from "./check-members-of-studio.ts";
import { type MemberMessage, memberMessage, type Reminder } from "./messages.ts";
import { countCalls } from "./upstream-calls.ts";

/** `reminders`: those that were published. In a dry run, those that are due: they are reported nowhere else. */
type CheckResponse = SQSBatchResponse & { readonly reminders: readonly Reminder[] };

/** The Lambda that checks members, one per message, and publishes the reminders that are due. A message fails alone. */
export const checkMember =
  (live: CheckEffects & { readonly log: Pick<Log, "job"> }) =>
  async ({ Records }: SQSEvent, { awsRequestId: requestId }: Pick<Context, "awsRequestId">): Promise<CheckResponse> => {
    const { effects, upstreamCalls } = countCalls(live);
    const results = await checkAll(effects, Records);
    const reminders = results.flatMap(({ checked }) => (checked.kind === "checked" ? checked.reminders : []));
    const counts = tally(results.map(({ checked }) => checked));
    live.log.job({
      operation: "checkMember",
      requestId,
      ...counts,
      reminders: reminders.length,
      upstreamCalls: upstreamCalls(),
    });
    const failed = results.filter(({ checked }) => checked.kind === "failed");
    return { ...failuresOf(failed.map(({ record }) => record)), reminders };
  };

interface Result {
  readonly record: SQSRecord;
  readonly checked: Checked;
}

interface Readable {
  readonly record: SQSRecord;
  readonly message: MemberMessage;
}

const checkAll = async (effects: CheckEffects, records: readonly SQSRecord[]): Promise<readonly Result[]> => {
  const readable: Readable[] = [];
  const unreadable: Result[] = [];
  for (const record of records)
    try {
      readable.push({ record, message: memberMessage.parse(JSON.parse(record.body)) });
    } catch (error) {
      unreadable.push({ record, checked: { kind: "failed", error } });
    }
  const groups = Map.groupBy(readable, ({ message: { studioId, runId } }) => JSON.stringify([studioId, runId]));
  const results = await Promise.all([...groups.values()].map((group) => checkGroup(effects, group)));
  return [...unreadable, ...results.flat()];
};

/** Messages of one studio and run. An error that concerns all of them, such as one of the table, fails each. */
const checkGroup = async (effects: CheckEffects, group: readonly Readable[]): Promise<readonly Result[]> => {
  try {
    const messages = group.map(({ message }) => message);
    const outcomes = await checkMembersOfStudio(effects, messages);
    return group.flatMap(({ record }, place) => {
      const checked = outcomes[place];
      return checked ? [{ record, checked }] : [];
    });
  } catch (error) {
    return group.map(({ record }) => ({ record, checked: { kind: "failed", error } }));
  }
};

const tally = (outcomes: readonly Checked[]) => {
  const count = (kind: Checked["kind"]) => outcomes.filter((outcome) => outcome.kind === kind).length;
  const [failed, forbidden] = [count("failed"), count("forbidden")];
  const modulesForbidden = outcomes.filter((each) => each.kind === "checked" && each.modulesForbidden).length;
  const errors = outcomes.flatMap((outcome) => (outcome.kind === "failed" ? describeErrors(outcome.error, 2) : []));
  return {
    checked: count("checked"),
    later: count("later"),
    notWorthIt: count("not-due"),
    ...(forbidden > 0 && { forbidden }),
    ...(modulesForbidden > 0 && { modulesForbidden }),
    ...(failed > 0 && { failed, errors: errors.slice(0, 10) }),
  };
};
