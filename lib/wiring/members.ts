import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { variable } from "#lib/environment.ts";
import { createMembers, type Members } from "#lib/reminders/members.ts";
import type { RemindersTable } from "#lib/reminders/table.ts";

/** The table of the reminder job. */
export const store: RemindersTable = {
  client: new DynamoDBClient({ maxAttempts: 3 }),
  table: variable("REMINDERS_TABLE"),
  now: () => Date.now(),
};

/** The side effects of what only touches the table of members: without the studios' keys. */
export const members: Members = createMembers(store);
