import { setTimeout as sleep } from "node:timers/promises";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { variable, wholeNumber } from "#lib/environment.ts";
import { createPublisher } from "#lib/events/publisher.ts";
import type { checkMember } from "#lib/reminders/check-member.ts";
import { createReminderLedger } from "#lib/reminders/ledger.ts";
import type { listMembers } from "#lib/reminders/list-members.ts";
import { createQueue } from "#lib/reminders/queue.ts";
import { policyNamed } from "#lib/reminders/rules.ts";
import { createPace } from "#lib/reminders/shared-pace.ts";
import { createSlices } from "#lib/reminders/slices.ts";
import type { startReminderRun } from "#lib/reminders/start-reminder-run.ts";
import { members, store } from "./members.ts";
import { reads } from "./reads.ts";

/** In milliseconds; nobody waits for the answer. */
const publishTimeoutMs = 5_000;

const sqs = new SQSClient({ maxAttempts: 3 });
const publisher = createPublisher({ client: new EventBridgeClient({ maxAttempts: 3 }), bus: variable("EVENT_BUS") });
const settings = {
  policy: policyNamed(variable("REMINDER_POLICY")),
  timeZone: variable("REMINDER_TIME_ZONE"),
  ratePerMinute: wholeNumber("REMINDER_RATE"),
  recheckDays: wholeNumber("REMINDER_RECHECK_DAYS"),
  mayPretend: process.env["REMINDER_TRIAL"] === "yes",
};

/** The side effects of the reminder job. */
export const reminders: Parameters<typeof startReminderRun>[0] &
  Parameters<typeof listMembers>[0] &
  Parameters<typeof checkMember>[0] = {
  perfectgym: reads.perfectgym,
  log: reads.log,
  now: reads.now,
  sleep,
  settings,
  members,
  slices: createSlices(store),
  ledger: createReminderLedger(store),
  pace: createPace(store, settings.ratePerMinute),
  queues: {
    slices: createQueue(sqs, variable("SLICES_QUEUE")),
    members: createQueue(sqs, variable("MEMBERS_QUEUE")),
  },
  publish: (events) => publisher.publish(events, publishTimeoutMs),
};
