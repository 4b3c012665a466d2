import { startReminderRun } from "#lib/reminders/start-reminder-run.ts";
import { startReminderRunEffects } from "#lib/wiring/reminders.ts";

export const handler = startReminderRun(startReminderRunEffects());
