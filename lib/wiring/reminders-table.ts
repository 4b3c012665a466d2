import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { variable } from "#lib/environment.ts";
import type { RemindersTable } from "#lib/reminders/table.ts";

/** The table of the reminder job, for a function that does not call the upstream. */
export const remindersTable = (): RemindersTable => ({
  client: new DynamoDBClient({ maxAttempts: 3 }),
  table: variable("REMINDERS_TABLE"),
  now: () => Date.now(),
});
