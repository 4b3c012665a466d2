import { listMembersOfStudio } from "#lib/reminders/lambdas.ts";
import { reminders } from "#lib/wiring/reminders.ts";

export const handler = listMembersOfStudio(reminders);
