import { live } from "#lib/live-reminders.ts";
import { startReminderRun } from "#lib/reminders/lambdas.ts";

export const handler = startReminderRun(live);
