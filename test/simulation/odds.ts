/** The faults. Each happens once in this many times. */
export const odds = {
  /** Of a Lambda's invocations: it is cut off after one of its next effects. */
  crash: 500,
  /** Of SQS messages that are received. */
  deliveredTwice: 1_000,
  /** Of requests to a table: half of them are carried out all the same. */
  tableFault: 20_000,
  /** Of messages sent to a queue: half of them are sent all the same. */
  queueFault: 10_000,
  /** Of events put on the bus: half of them are published all the same. */
  busFault: 100,
  /** Of upstream calls: 500, or the connection breaks. */
  upstreamFailure: 200,
  /** Of upstream calls. */
  upstreamTimeout: 500,
} as const;

/** In milliseconds: the least, and how much longer it may take. */
export const latencies = {
  table: [2, 10],
  slowTable: [50, 250],
  queue: [5, 20],
  bus: [10, 60],
  upstream: [80, 320],
  invoke: [10, 50],
} as const satisfies Record<string, readonly [number, number]>;

/** How long the client waits for a read. */
export const timedOutMs = 6_000;
