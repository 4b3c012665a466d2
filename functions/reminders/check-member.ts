import { live } from "#lib/live-reminders.ts";
import { checkMember } from "#lib/reminders/lambdas.ts";

export const handler = checkMember(live);
