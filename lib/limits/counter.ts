import * as z from "zod/mini";
import type { Call } from "#lib/aws/service.ts";
import { number, timeToLive } from "#lib/dynamodb.ts";

/** Adds `by` to a counter that ends at `endsAt` (ms since the epoch). Returns its new value. @throws if the table does not answer */
export type Count = (counter: { readonly id: string; readonly by: number; readonly endsAt: number }) => Promise<number>;

export interface CounterOptions {
  /** Of DynamoDB. */
  readonly call: Call;
  readonly table: string;
  readonly timeoutMs: number;
}

const answer = z.object({ Attributes: z.object({ taken: z.object({ N: z.pipe(z.string(), z.transform(Number)) }) }) });

/** A counter expires this long after its window, in milliseconds. */
const keptMs = 3_600_000;

/**
 * Counts in a table of DynamoDB, with one try: a request is not held up for its count.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
 */
export const createCounter =
  ({ call, table: TableName, timeoutMs }: CounterOptions): Count =>
  async ({ id, by, endsAt }) => {
    const update = {
      TableName,
      Key: { id: { S: id } },
      UpdateExpression: "ADD taken :by SET expiresAt = :expiresAt",
      ExpressionAttributeValues: { ":by": number(by), ":expiresAt": timeToLive(endsAt + keptMs) },
      ReturnValues: "UPDATED_NEW",
    };
    return answer.parse(await call("UpdateItem", update, { attempts: 1, timeoutMs })).Attributes.taken.N;
  };
