import { lookAgain } from "#lib/reminders/look-again.ts";
import { members } from "#lib/wiring/members.ts";

export const handler = lookAgain({ members });
