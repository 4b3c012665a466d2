import { setTimeout as sleep } from "node:timers/promises";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Call } from "#lib/aws/service.ts";
import { isOn, variable, wholeNumber } from "#lib/environment.ts";
import { createPublisher } from "#lib/events/publisher.ts";
import type { checkMember } from "#lib/reminders/check-member.ts";
import { createReminderLedger } from "#lib/reminders/ledger.ts";
import type { listMembers } from "#lib/reminders/list-members.ts";
import { createMembers } from "#lib/reminders/members.ts";
import { createQueue } from "#lib/reminders/queue.ts";
import { createRuns } from "#lib/reminders/runs.ts";
import { createPace } from "#lib/reminders/shared-pace.ts";
import { createSlices } from "#lib/reminders/slices.ts";
import type { startReminderRun } from "#lib/reminders/start-reminder-run.ts";
import { eventBridge } from "./aws.ts";
import { remindersTable } from "./reminders-table.ts";
import { log, now, perfectgym } from "./upstream.ts";

// Functions, not values: each Lambda reads only its own variables, and its bundle has only the clients that it uses.

/** Longer than for a request, because no caller waits. */
const publishTimeoutMs = 5_000;

/** The job has time for further tries. */
const patiently: Call = (action, input, limits) => eventBridge(action, input, { ...limits, attempts: 3 });

const sqs = () => new SQSClient({ maxAttempts: 3 });

const rulesOfStage = () => ({ policy: variable("REMINDER_POLICY"), timeZone: variable("REMINDER_TIME_ZONE") });

/** The side effects of `startReminderRun`. Off AWS, `REMINDER_TRIAL=yes` lets a run for another day record what it did. */
export const startReminderRunEffects = (): Parameters<typeof startReminderRun>[0] => ({
  perfectgym,
  log,
  now,
  runs: createRuns(remindersTable()),
  queues: { slices: createQueue(sqs(), variable("SLICES_QUEUE")) },
  settings: { mayPretend: process.env["REMINDER_TRIAL"] === "yes" },
});

/** The side effects of `listMembers`. */
export const listMembersEffects = (): Parameters<typeof listMembers>[0] => {
  const table = remindersTable();
  const client = sqs();
  return {
    perfectgym,
    log,
    now,
    sleep,
    settings: rulesOfStage(),
    members: createMembers(table),
    slices: createSlices(table),
    runs: createRuns(table),
    pace: createPace(table, wholeNumber("REMINDER_RATE")),
    queues: {
      slices: createQueue(client, variable("SLICES_QUEUE")),
      members: createQueue(client, variable("MEMBERS_QUEUE")),
    },
  };
};

/** The side effects of `checkMember`. */
export const checkMemberEffects = (): Parameters<typeof checkMember>[0] => {
  const table = remindersTable();
  const publisher = createPublisher({ call: patiently, bus: variable("EVENT_BUS") });
  return {
    perfectgym,
    log,
    now,
    sleep,
    settings: {
      ...rulesOfStage(),
      recheckDays: wholeNumber("REMINDER_RECHECK_DAYS"),
      modules: isOn("REMINDER_MODULES"),
    },
    members: createMembers(table),
    ledger: createReminderLedger(table),
    pace: createPace(table, wholeNumber("REMINDER_RATE")),
    queues: { members: createQueue(sqs(), variable("MEMBERS_QUEUE")) },
    publish: (events) => publisher.publish(events, publishTimeoutMs),
  };
};
