import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** The table of the job. It has all that the job remembers; each kind of item has its own prefix in `id`. */
export interface RemindersTable {
  readonly client: Pick<DynamoDBClient, "send">;
  readonly table: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
