import { lookAgain } from "#lib/reminders/look-again.ts";
import { createMembers } from "#lib/reminders/members.ts";
import { remindersTable } from "#lib/wiring/reminders-table.ts";

export const handler = lookAgain({ members: createMembers(remindersTable()) });
