import type { SQSBatchResponse, SQSRecord } from "aws-lambda";

/** The response that makes SQS deliver these messages again, and no others of their batch. */
export const failuresOf = (records: readonly SQSRecord[]): SQSBatchResponse => ({
  batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })),
});
