import { lookAgain } from "#lib/reminders/lambdas.ts";
import { members } from "#lib/wiring/members.ts";

export const handler = lookAgain({ members });
