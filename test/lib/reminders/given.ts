import type { SQSEvent } from "aws-lambda";
import { inject, vi } from "vitest";
import { startDynamoDb } from "#infra/local/dynamodb.ts";
import { startEventBridge } from "#infra/local/event-bridge.ts";
import { startSecretsManager } from "#infra/local/secrets-manager.ts";
import { startSqs } from "#infra/local/sqs.ts";
import { startFaulty } from "../../faulty.ts";
import { startUpstream } from "../../upstream.ts";

/** Each test has its own studio, so that no test waits for the pace of another. */
export const studioCount = 60;

/** The functions of the job with the real SDK, an upstream that records its requests, and emulators of AWS. */
export const theJob = async ({ modules = false } = {}) => {
  const upstream = await startUpstream();
  const entry = { baseUrl: upstream.url, apiKey: "key-of-tests" };
  const ids = Array.from({ length: studioCount }, (_, i) => `studio-${i + 1}`);
  const studios = new Map([["studios", JSON.stringify(Object.fromEntries(ids.map((id) => [id, entry])))]]);
  const secrets = await startSecretsManager(studios);
  const table = await startFaulty((await startDynamoDb(inject("tables"))).url);
  const eventBridge = await startEventBridge();
  const bus = await startFaulty(eventBridge.url);
  const sqs = await startSqs({ slices: {}, members: {} });
  const environment = {
    STUDIOS_SECRET_ID: "studios",
    METRICS_NAMESPACE: "of-tests",
    REMINDERS_TABLE: "RemindersTable",
    EVENT_BUS: "EventBus",
    SLICES_QUEUE: sqs.queueUrls["slices"],
    MEMBERS_QUEUE: sqs.queueUrls["members"],
    REMINDER_POLICY: "default",
    REMINDER_TIME_ZONE: "Europe/Berlin",
    REMINDER_RATE: "60000",
    REMINDER_RECHECK_DAYS: "7",
    REMINDER_MODULES: String(modules),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_DYNAMODB: table.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url,
    AWS_ENDPOINT_URL_SQS: sqs.url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { handler: start } = await import("#functions/reminders/start-reminder-run.ts");
  const { handler: list } = await import("#functions/reminders/list-members.ts");
  const { handler: check } = await import("#functions/reminders/check-member.ts");
  const { handler: lookAgain } = await import("#functions/reminders/look-again.ts");
  return { upstream, studios, table, bus, events: eventBridge.events, sqs, start, list, check, lookAgain };
};

export const invocation = { awsRequestId: "run-of-tests" };

/** The event for a function with these messages. A string is sent as it is. */
export const batchOf = (...messages: readonly unknown[]): SQSEvent => ({
  Records: messages.map((message, place) => ({
    messageId: `message-${place}`,
    body: typeof message === "string" ? message : JSON.stringify(message),
    receiptHandle: "",
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "0",
      SenderId: "test",
      ApproximateFirstReceiveTimestamp: "0",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "",
    awsRegion: "eu-central-1",
  })),
});
