import { startReminderRun } from "#lib/reminders/start-reminder-run.ts";
import { reminders } from "#lib/wiring/reminders.ts";

export const handler = startReminderRun(reminders);
