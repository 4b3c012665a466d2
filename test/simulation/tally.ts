/** What happened from one run's start to the next one's. */
export interface DayTally {
  readonly startedAt: number;
  /** Of the run that started then; undefined while messages of it are left. */
  finishedAt: number | undefined;
  /** Calls sent to the upstream, by operation. */
  readonly calls: Map<string, number>;
  /** Members worth asking for, as the slices were read. */
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

/** Counts of the whole simulation that say how it went without being right or wrong. */
export interface Events {
  /** 429 and 503 that the job met, and calls it sent although it had been asked to wait. */
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
});

/** Messages of each run that are still somewhere. */
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
