import { listMembers } from "#lib/reminders/list-members.ts";
import { reminders } from "#lib/wiring/reminders.ts";

export const handler = listMembers(reminders);
