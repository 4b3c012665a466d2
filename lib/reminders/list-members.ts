import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { describeErrors, type Log } from "#lib/observability/log.ts";
import { failuresOf } from "#lib/sqs-batch.ts";
import { type ListEffects, listSlice } from "./list-slice.ts";
import { sliceMessage } from "./messages.ts";
import { countCalls } from "./upstream-calls.ts";

/**
 * The Lambda that reads a studio's list of members, one slice per message. SQS delivers a failed message again, and in
 * the end moves it to the dead-letter queue.
 */
export const listMembers =
  (live: ListEffects & { readonly log: Pick<Log, "job"> }) =>
  async (
    { Records }: SQSEvent,
    { awsRequestId: requestId }: Pick<Context, "awsRequestId">,
  ): Promise<SQSBatchResponse> => {
    const { effects, upstreamCalls } = countCalls(live);
    const job = { operation: "listMembers", requestId };
    const failed: SQSRecord[] = [];
    for (const record of Records)
      try {
        const message = sliceMessage.parse(JSON.parse(record.body));
        const { kind: outcome, ...counts } = await listSlice(effects, message);
        const { runId, studioId } = message;
        live.log.job({ ...job, runId, studioId, outcome, ...counts, upstreamCalls: upstreamCalls() });
      } catch (error) {
        failed.push(record);
        live.log.job({ ...job, failed: 1, upstreamCalls: upstreamCalls(), errors: describeErrors(error) });
      }
    return failuresOf(failed);
  };
