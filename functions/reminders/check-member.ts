import { checkMember } from "#lib/reminders/check-member.ts";
import { reminders } from "#lib/wiring/reminders.ts";

export const handler = checkMember(reminders);
