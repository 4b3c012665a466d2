import { createHash } from "node:crypto";
import { xRayTraceId } from "./trace.ts";

/** Everything that the log says about a request. This is an allow-list: other data cannot reach the log. */
export interface RequestRecord {
  readonly operation: string;
  /** Of API Gateway, which the caller gets as X-Request-Id. A direct invocation has only Lambda's. */
  readonly requestId: string;
  readonly lambdaRequestId?: string;
  /** Of W3C Trace Context. The upstream got the same. */
  readonly traceparent?: string;
  readonly status?: number;
  /** Of the status: with the operation, the dimensions of the metric `durationMs`. */
  readonly statusClass?: StatusClass;
  /** A problem's code. */
  readonly code?: string;
  /** Why a token was refused, or what is wrong with the configuration: names of claims and fields, no values. */
  readonly reason?: string;
  /** The client that the token names, known or not; `service`: a direct invocation. */
  readonly clientId?: string;
  readonly studioId?: string;
  /** Whose record the request was for, from `PerfectGym.pseudonym`: without the studio's key, nobody can tell who it is. */
  readonly subject?: string;
  readonly durationMs?: number;
  readonly upstreamMs?: number;
  /** How many times the request was sent to the upstream. */
  readonly tries?: number;
  readonly upstreamStatus?: number;
  readonly upstreamTraceId?: string;
  /** Why the customer's home studio could not be read from the upstream: a problem's code. */
  readonly homeStudio?: string;
  /** The customer's group, from `customerGroupOf`. Set if the upstream does not let the studio's key read the customer. */
  readonly forbidden?: CustomerGroup;
  readonly outcome?: "unknown";
  /** An unknown outcome was made certain by reading the data. */
  readonly settledBy?: "reading";
  /** How a write with a key was served, unless it ran as new. `unsettled`: the table failed after it. */
  readonly idempotency?: "replayed" | "taken-over" | "unsettled";
  /** The bus did not take a write's event in time, so it is in the outbox. */
  readonly event?: "waiting";
  /** The table of limits did not answer. For the rest of the window, this Lambda instance refuses no request of the partner. */
  readonly limit?: "uncounted";
  /** The read for the receipt failed. */
  readonly receipt?: "status-unknown";
  /** Where an upstream answer differs from its documentation: pointers and kinds, no values. */
  readonly drift?: readonly string[];
  /** Names and stack frames of errors, outermost first. Their messages may quote a member's data and are left out. */
  readonly errors?: readonly { readonly name: string; readonly code?: string; readonly frames: readonly string[] }[];
}

type StatusClass = "2xx" | "4xx" | "5xx";

/** Everything that the log says about a run of a function that has no route. */
export interface JobRecord {
  readonly operation: string;
  readonly requestId: string;
  /** Events that the bus took, and events that still wait. */
  readonly published?: number;
  readonly waiting?: number;
  /** Events that are malformed and were set aside. */
  readonly malformed?: number;
  /** The place in the list of members that a reminder run has reached. The fields below count members. */
  readonly runId?: string;
  readonly studioId?: string;
  readonly outcome?: string;
  readonly studios?: number;
  /** Studios whose last run did not reach the end of the list of members. */
  readonly unfinished?: number;
  readonly members?: number;
  readonly asked?: number;
  readonly checked?: number;
  /** The upstream does not let the studio's key read them. */
  readonly forbidden?: number;
  /** The upstream does not let the studio's key read their additional modules. Their contracts were checked. */
  readonly modulesForbidden?: number;
  readonly later?: number;
  readonly notWorthIt?: number;
  readonly reminders?: number;
  readonly failed?: number;
  /** Requests sent to the upstream. */
  readonly upstreamCalls?: number;
  readonly errors?: RequestRecord["errors"];
}

/** Everything that the log says about one try to deliver an event to a partner. */
export interface WebhookRecord {
  readonly operation: "deliverWebhook";
  readonly requestId: string;
  readonly partner: string;
  /** Absent if the message is not an event of the gateway. */
  readonly eventId: string | undefined;
  /** The event's type, such as CancelationReminderDue. */
  readonly type: string | undefined;
  /** Which of the scheduled tries this is, from 1. */
  readonly attempt: number;
  /** `given-up`: the event is in the partner's dead-letter queue. */
  readonly outcome: "delivered" | "failed" | "given-up";
  /** The endpoint's answer. Absent: there was none. */
  readonly status?: number;
  readonly ms: number;
  readonly retryInSeconds: number | undefined;
  readonly reason?: string;
  readonly errors?: RequestRecord["errors"];
}

/** What the upstream said about one studio's key, when it was asked on a schedule. */
export interface StudioRecord {
  readonly operation: "checkStudios";
  readonly requestId: string;
  readonly studioId: string;
  readonly outcome: "answers" | "key-rejected" | "no-answer";
  /** Absent: no answer came. */
  readonly upstreamStatus?: number;
  readonly durationMs: number;
}

/** Logged when the studios' secret could not be fetched and the gateway goes on with the last one that it fetched. */
export interface StudiosRecord {
  /** The age of the secret in use, and the time until the next fetch at the earliest. */
  readonly ageMs: number;
  readonly retryInMs: number;
  /** What is wrong with the secret: names of fields, no values. */
  readonly reason?: string;
  readonly errors: NonNullable<RequestRecord["errors"]>;
}

/** `Given` if it has no fields besides those of `Known`. TypeScript itself lets others through, as in a spread. */
type Only<Known, Given extends Known> = Given & { readonly [Name in Exclude<keyof Given, keyof Known>]: never };

type Notes = Partial<
  Omit<RequestRecord, "operation" | "requestId" | "lambdaRequestId" | "status" | "statusClass" | "durationMs">
>;

/** The record of one request while it is served. `note` is the only way to add a field. */
export interface OpenRecord {
  readonly requestId: string;
  /** Adds fields to the record, or replaces them. */
  readonly note: <Given extends Notes>(fields: Only<Notes, Given>) => void;
  /** Writes the record to the log. */
  readonly close: (end: { readonly status: number; readonly durationMs: number }) => void;
}

export interface Log {
  readonly open: (
    request: Pick<RequestRecord, "operation" | "requestId" | "lambdaRequestId" | "traceparent">,
  ) => OpenRecord;
  readonly job: <Given extends JobRecord>(record: Only<JobRecord, Given>) => void;
  readonly webhook: <Given extends WebhookRecord>(record: Only<WebhookRecord, Given>) => void;
  readonly studio: <Given extends StudioRecord>(record: Only<StudioRecord, Given>) => void;
  readonly studios: <Given extends StudiosRecord>(record: Only<StudiosRecord, Given>) => void;
}

type Level = "info" | "warn" | "error";

export interface LogOptions {
  readonly write: (line: string) => void;
  /** CloudWatch's namespace of the metrics, one for each stage. */
  readonly namespace: string;
  readonly now?: () => number;
}

/** Writes one line of JSON for each request or run, with metrics in CloudWatch's embedded format. */
export const createLog = ({ write, namespace, now = Date.now }: LogOptions): Log => {
  const line = (level: Level, record: object, counts: Counts, measured: readonly Directive[] = []) => {
    const time = new Date(now()).toISOString();
    const xray = xRayTraceId();
    const traced = { ...record, ...(xray !== undefined && { xrayTraceId: xray }) };
    const metrics = metricsOf([...countersOf(counts), ...measured], namespace, now());
    write(`${JSON.stringify({ time, level, ...traced, ...counts, ...metrics })}\n`);
  };
  return {
    open: (request) => {
      let record: RequestRecord = request;
      return {
        requestId: request.requestId,
        note: (fields) => {
          record = { ...record, ...fields };
        },
        close: ({ status, durationMs }) => {
          record = { ...record, status, statusClass: classOf(status), durationMs };
          line(levelOf(record), record, countsOf(record), durationsOf(record));
        },
      };
    },
    job: (record) => {
      const { waiting = 0, malformed = 0, failed = 0, reminders = 0, checked = 0, forbidden = 0 } = record;
      const { modulesForbidden = 0, unfinished = 0 } = record;
      line(waiting + malformed + failed + forbidden + modulesForbidden + unfinished > 0 ? "warn" : "info", record, {
        ...(waiting > 0 && { EventsWaiting: waiting }),
        ...(malformed > 0 && { EventsMalformed: malformed }),
        ...(failed > 0 && { RemindersFailed: failed }),
        ...(unfinished > 0 && { RunsUnfinished: unfinished }),
        ...(reminders > 0 && { RemindersPublished: reminders }),
        ...(checked > 0 && { MembersChecked: checked }),
        ...(forbidden > 0 && { MembersForbidden: forbidden }),
        ...(modulesForbidden > 0 && { ModulesForbidden: modulesForbidden }),
      });
    },
    webhook: (record) => {
      const isDelivered = record.outcome === "delivered";
      line(levelOfDelivery[record.outcome], record, isDelivered ? { WebhookDelivered: 1 } : { WebhookFailed: 1 });
    },
    studio: (record) => {
      const answers = record.outcome === "answers";
      line(answers ? "info" : "warn", record, { StudioAnswers: Number(answers) });
    },
    studios: (record) => line("warn", { operation: "fetchStudios", ...record }, { StudiosStale: 1 }),
  };
};

const countsOf = ({ code, drift = [], forbidden, limit, homeStudio }: RequestRecord): Counts => ({
  ...(code === "outcome-unknown" && { OutcomeUnknown: 1 }),
  ...([code, homeStudio].includes("upstream-rejected-key") && { KeyRejected: 1 }),
  ...(forbidden !== undefined && { Forbidden: 1, ForbiddenTo: forbidden }),
  ...(drift.length > 0 && { Drift: 1 }),
  ...(limit === "uncounted" && { LimitUncounted: 1 }),
});

/** Describes an error and its causes, five at most: names and stack frames, never messages. */
export const describeErrors = (error: unknown, depth = 5): NonNullable<RequestRecord["errors"]> => {
  if (!(error instanceof Error) || depth === 0) return [];
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  const { stack = "", message } = error;
  const frames = stack
    .slice(stack.indexOf(message) + message.length)
    .split("\n")
    .filter((line) => /^\s+at /.test(line));
  return [
    { name: error.name, ...code, frames: frames.slice(0, 8).map((line) => line.trim()) },
    ...describeErrors(error.cause, depth - 1),
  ];
};

const levelOf = ({ status = 500, drift = [], forbidden, limit, homeStudio }: RequestRecord): Level => {
  if (status >= 500) return "error";
  const isUnusual = drift.length > 0 || forbidden !== undefined || limit === "uncounted" || homeStudio !== undefined;
  return isUnusual ? "warn" : "info";
};

const levelOfDelivery: Readonly<Record<WebhookRecord["outcome"], Level>> = {
  delivered: "info",
  failed: "warn",
  "given-up": "error",
};

/** The group of a customer, from 1 to 100. `[1, 100]` if the request is not for a customer. */
type CustomerGroup = number | readonly [number, number];

/** An alarm compares the least and the greatest group of a period, to see whether several customers are affected. */
export const customerGroupOf = (customerId: string | undefined): CustomerGroup =>
  customerId === undefined ? [1, 100] : (createHash("sha256").update(customerId).digest().readUInt32BE() % 100) + 1;

type Counts = Readonly<Record<string, number | readonly number[]>>;

/** A directive of CloudWatch's embedded metric format: fields of the line that are metrics, and those that are their dimensions. */
interface Directive {
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: "Count" | "Milliseconds" }[];
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const metricsOf = (directives: readonly Directive[], Namespace: string, Timestamp: number) =>
  directives.length > 0 && {
    _aws: { Timestamp, CloudWatchMetrics: directives.map((each) => ({ Namespace, ...each })) },
  };

const countersOf = (counts: Counts): readonly Directive[] => {
  const Metrics = Object.keys(counts).map((Name) => ({ Name, Unit: "Count" as const }));
  return Metrics.length > 0 ? [{ Dimensions: dimensionsOf(counts), Metrics }] : [];
};

/** The fields of a record by which its counts are told apart. */
const dimensionsOf = (counts: Counts): readonly (readonly string[])[] => {
  // If a scope of the studio's key is missing, only some operations fail: count for each operation, too.
  if ("Forbidden" in counts) return [[], ["operation"]];
  // The least of all studios rings, and each studio has its own line in the dashboard.
  if ("StudioAnswers" in counts) return [[], ["studioId"]];
  return "WebhookDelivered" in counts || "WebhookFailed" in counts ? [["partner"]] : [[]];
};

/**
 * How long a request took, and the upstream for it. The number of samples is the number of requests, also for each client.
 * A client that is not registered has no studio: it would be a metric for everyone who has a token of the issuer.
 */
const durationsOf = ({ upstreamMs, clientId, studioId }: RequestRecord): readonly Directive[] => {
  const isRegistered = clientId !== undefined && studioId !== undefined;
  const Dimensions = [["operation", "statusClass"], ...(isRegistered ? [["clientId"]] : [])];
  return [
    { Dimensions, Metrics: [{ Name: "durationMs", Unit: "Milliseconds" }] },
    ...(upstreamMs === undefined ? [] : [upstreamDuration]),
  ];
};

const upstreamDuration: Directive = {
  Dimensions: [["operation"]],
  Metrics: [{ Name: "upstreamMs", Unit: "Milliseconds" }],
};

const classOf = (status: number): StatusClass => {
  if (status >= 500) return "5xx";
  return status >= 400 ? "4xx" : "2xx";
};
