/** Counts from the start of one run to the start of the next. */
export interface DayTally {
  readonly startedAt: number;
  /** When the run ended. Undefined while it has messages. */
  finishedAt: number | undefined;
  /** Calls sent to the upstream, by operation. */
  readonly calls: Map<string, number>;
  /** Members who were due for a check when the slices were read. */
  asked: number;
  published: number;
  deadLetters: number;
}

export const createDayTally = (startedAt: number): DayTally => ({
  startedAt,
  finishedAt: undefined,
  calls: new Map(),
  asked: 0,
  published: 0,
  deadLetters: 0,
});

/** Counts of the whole simulation. They describe it, but decide nothing. */
export interface Events {
  /** Answers of 429 and 503 that the job got, and calls that it sent although a Retry-After was running. */
  throttled: number;
  overloaded: number;
  sentIntoPause: number;
  /** 500, broken connections and timeouts. */
  failures: number;
  crashes: number;
  timeouts: number;
  lostAnswers: number;
  memberReceives: number;
  askedTwice: number;
  /** What AWS charges for: invocations, and how long they took together, in milliseconds. */
  invocations: number;
  lambdaMs: number;
  /** Items that the table read and wrote. */
  itemsRead: number;
  itemsWritten: number;
  /** Requests to SQS, without those of Lambda's own poller. */
  queueRequests: number;
}

export const createEvents = (): Events => ({
  throttled: 0,
  overloaded: 0,
  sentIntoPause: 0,
  failures: 0,
  crashes: 0,
  timeouts: 0,
  lostAnswers: 0,
  memberReceives: 0,
  askedTwice: 0,
  invocations: 0,
  lambdaMs: 0,
  itemsRead: 0,
  itemsWritten: 0,
  queueRequests: 0,
});

/** Counts the messages of each run that are not deleted yet. */
export const createOutstanding = (onFinished: (runId: string) => void) => {
  const left = new Map<string, number>();
  return {
    add: (runId: string): void => {
      left.set(runId, (left.get(runId) ?? 0) + 1);
    },
    remove: (runId: string): void => {
      const rest = (left.get(runId) ?? 0) - 1;
      left.set(runId, rest);
      if (rest === 0) onFinished(runId);
    },
  };
};
