import { live } from "#lib/live-members.ts";
import { lookAgain } from "#lib/reminders/lambdas.ts";

export const handler = lookAgain(live);
