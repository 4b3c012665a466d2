import { createHash } from "node:crypto";

/** Everything that the log says of a request. An allow-list: what has no field here cannot reach the log. */
export interface RequestRecord {
  readonly operation: string;
  readonly requestId: string;
  readonly status?: number;
  /** A problem's code. */
  readonly code?: string;
  /** Why a token was refused, or what is wrong with the configuration: names of claims and fields, no values. */
  readonly reason?: string;
  /** The client that the token names, known or not; `service`: a direct invocation. */
  readonly clientId?: string;
  readonly studioId?: string;
  readonly durationMs?: number;
  readonly upstreamMs?: number;
  /** How often the request was sent to the upstream. */
  readonly tries?: number;
  readonly upstreamStatus?: number;
  readonly upstreamTraceId?: string;
  /** Set where the upstream closes the resource to the studio's key: to whom, as `customerGroupOf` gives it. */
  readonly forbidden?: CustomerGroup;
  readonly outcome?: "unknown";
  /** An unknown outcome was made certain by reading the data. */
  readonly settledBy?: "reading";
  /** What became of a write's Idempotency-Key where it did not simply run; `unsettled`: the table failed after it. */
  readonly idempotency?: "replayed" | "taken-over" | "unsettled";
  /** The bus did not take a write's event in time: the outbox has it. */
  readonly event?: "waiting";
  /** The read for the receipt failed. */
  readonly receipt?: "status-unknown";
  /** Where an upstream answer is not as documented: pointers and kinds, no values. */
  readonly drift?: readonly string[];
  /** Names and stack frames of errors, outermost first; their messages may quote a member's data and stay out. */
  readonly errors?: readonly { readonly name: string; readonly code?: string; readonly frames: readonly string[] }[];
}

/** All that is ever said of a run that nobody called for over HTTP. */
export interface JobRecord {
  readonly operation: string;
  readonly requestId: string;
  /** Events that the bus took, and those that still wait for it. */
  readonly published?: number;
  readonly waiting?: number;
  /** Events that make no sense and were set aside. */
  readonly malformed?: number;
  /** Of a reminder run: how far it is. All the rest are numbers of members. */
  readonly runId?: string;
  readonly studioId?: string;
  readonly outcome?: string;
  readonly studios?: number;
  readonly members?: number;
  readonly asked?: number;
  readonly checked?: number;
  /** Closed to the studio's key. */
  readonly forbidden?: number;
  readonly later?: number;
  readonly notWorthIt?: number;
  readonly reminders?: number;
  readonly failed?: number;
  /** Requests sent to the upstream. */
  readonly upstreamCalls?: number;
  readonly errors?: RequestRecord["errors"];
}

/** Said when the studios' secret could not be fetched and the studios that were fetched last are used on. */
export interface StudiosRecord {
  /** How old those are, and when the next fetch is due at the earliest. */
  readonly ageMs: number;
  readonly retryInMs: number;
  /** What is wrong with the secret, by its fields' names. */
  readonly reason?: string;
  readonly errors: NonNullable<RequestRecord["errors"]>;
}

/** `Given` if it has no field besides those of `Known`. TypeScript alone lets others through a variable or a spread. */
type Only<Known, Given extends Known> = Given & { readonly [Name in Exclude<keyof Given, keyof Known>]: never };

type Notes = Partial<Omit<RequestRecord, "operation" | "requestId" | "status" | "durationMs">>;

/** The record of one request while it is served. Nobody holds its fields: `note` is the only way to add one. */
export interface OpenRecord {
  readonly requestId: string;
  /** Adds fields to the record, or replaces them. */
  readonly note: <Given extends Notes>(fields: Only<Notes, Given>) => void;
  /** Writes the record to the log. */
  readonly close: (end: { readonly status: number; readonly durationMs: number }) => void;
}

export interface Log {
  readonly open: (request: Pick<RequestRecord, "operation" | "requestId">) => OpenRecord;
  readonly job: <Given extends JobRecord>(record: Only<JobRecord, Given>) => void;
  readonly studios: <Given extends StudiosRecord>(record: Only<StudiosRecord, Given>) => void;
}

type Level = "info" | "warn" | "error";

export interface LogOptions {
  readonly write: (line: string) => void;
  /** CloudWatch's namespace of the metrics: of this stage alone. */
  readonly namespace: string;
  readonly now?: () => number;
}

/** Writes one line of JSON a request or run, with metrics in CloudWatch's embedded format. */
export const createLog = ({ write, namespace, now = Date.now }: LogOptions): Log => {
  const line = (level: Level, record: object, counts: Counts) => {
    const time = new Date(now()).toISOString();
    write(`${JSON.stringify({ time, level, ...record, ...metricsOf(counts, namespace, now()) })}\n`);
  };
  return {
    open: ({ operation, requestId }) => {
      let record: RequestRecord = { operation, requestId };
      return {
        requestId,
        note: (fields) => {
          record = { ...record, ...fields };
        },
        close: ({ status, durationMs }) => {
          record = { ...record, status, durationMs };
          line(levelOf(record), record, countsOf(record));
        },
      };
    },
    job: (record) => {
      const { waiting = 0, malformed = 0, failed = 0, reminders = 0, checked = 0, forbidden = 0 } = record;
      line(waiting + malformed + failed + forbidden > 0 ? "warn" : "info", record, {
        ...(waiting > 0 && { EventsWaiting: waiting }),
        ...(malformed > 0 && { EventsMalformed: malformed }),
        ...(failed > 0 && { RemindersFailed: failed }),
        ...(reminders > 0 && { RemindersPublished: reminders }),
        ...(checked > 0 && { MembersChecked: checked }),
        ...(forbidden > 0 && { MembersForbidden: forbidden }),
      });
    },
    studios: (record) => line("warn", { operation: "fetchStudios", ...record }, { StudiosStale: 1 }),
  };
};

const countsOf = ({ code, drift = [], forbidden }: RequestRecord): Counts => ({
  ...(code === "upstream-rejected-key" && { KeyRejected: 1 }),
  ...(forbidden !== undefined && { Forbidden: 1, ForbiddenTo: forbidden }),
  ...(drift.length > 0 && { Drift: 1 }),
});

/** What an error and its causes are to a log, five deep: never their messages, not even one that looks like a stack. */
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

const levelOf = ({ status = 500, drift = [], forbidden }: RequestRecord): Level => {
  if (status >= 500) return "error";
  return drift.length > 0 || forbidden !== undefined ? "warn" : "info";
};

/** One of a hundred groups, from 1; `[1, 100]` where no customer is asked for. */
type CustomerGroup = number | readonly [number, number];

/** Says of customers whether they are several, and nothing of who: metrics tell no more of a period than least and most. */
export const customerGroupOf = (customerId: string | undefined): CustomerGroup =>
  customerId === undefined ? [1, 100] : (createHash("sha256").update(customerId).digest().readUInt32BE() % 100) + 1;

type Counts = Readonly<Record<string, number | readonly number[]>>;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const metricsOf = (counts: Counts, namespace: string, timestamp: number) => {
  const Metrics = Object.keys(counts).map((Name) => ({ Name, Unit: "Count" }));
  if (Metrics.length === 0) return {};
  // A missing scope of the key closes single operations: these are counted for each, too.
  const Dimensions = "Forbidden" in counts ? [[], ["operation"]] : [[]];
  return {
    ...counts,
    _aws: { Timestamp: timestamp, CloudWatchMetrics: [{ Namespace: namespace, Dimensions, Metrics }] },
  };
};
