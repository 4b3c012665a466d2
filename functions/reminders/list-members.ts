import { live } from "#lib/live-reminders.ts";
import { listMembersOfStudio } from "#lib/reminders/lambdas.ts";

export const handler = listMembersOfStudio(live);
