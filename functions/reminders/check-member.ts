import { checkMember } from "#lib/reminders/check-member.ts";
import { checkMemberEffects } from "#lib/wiring/reminders.ts";

export const handler = checkMember(checkMemberEffects());
