import { listMembers } from "#lib/reminders/list-members.ts";
import { listMembersEffects } from "#lib/wiring/reminders.ts";

export const handler = listMembers(listMembersEffects());
