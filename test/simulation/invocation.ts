import type { Dice } from "#infra/sandbox/members/dice.ts";
import type { Clock } from "./clock.ts";
import { odds } from "./odds.ts";

/** One invocation of a Lambda. After its end, the promises that its code awaits never settle. */
export interface Invocation {
  readonly requestId: string;
  /** Whether a crash or the timeout ended it. */
  readonly wasCutOff: () => boolean;
  readonly sleep: (ms: number) => Promise<void>;
  /** Does something outside after a delay. A crash comes after it is done and before the code learns of it. */
  readonly reach: <Result>(latencyMs: number, act: () => Result) => Promise<Result>;
}

export interface LambdaOptions {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly timeoutMs: number;
  readonly onCutOff: (why: "crash" | "timeout") => void;
  readonly onEnd: (tookMs: number) => void;
}

const mostEffectsBeforeCrash = 20;

/** A new promise each time: a shared one would keep every awaiting function in memory. */
const never = <Result>(): Promise<Result> => new Promise(() => {});

/** Runs code as Lambda does. Returns undefined if the invocation was cut off. */
export const invoke = async <Result>(
  code: (invocation: Invocation) => Promise<Result>,
  { clock, dice, timeoutMs, onCutOff, onEnd }: LambdaOptions,
  requestId: string,
): Promise<Result | undefined> => {
  let isOver = false;
  let wasCutOff = false;
  let effectsLeft = dice.onceIn(odds.crash) ? 1 + dice.below(mostEffectsBeforeCrash) : Number.POSITIVE_INFINITY;
  const { promise: cutOff, resolve } = Promise.withResolvers<undefined>();
  const end = (why: "crash" | "timeout"): void => {
    if (isOver) return;
    isOver = true;
    wasCutOff = true;
    onCutOff(why);
    resolve(undefined);
  };
  const startedAt = clock.now();
  clock.at(startedAt + timeoutMs, () => end("timeout"));
  const invocation: Invocation = {
    requestId,
    wasCutOff: () => wasCutOff,
    sleep: async (ms) => {
      await clock.sleep(ms);
      return isOver ? never() : undefined;
    },
    reach: async (latencyMs, act) => {
      await clock.sleep(latencyMs);
      if (isOver) return never();
      effectsLeft -= 1;
      if (effectsLeft > 0) return act();
      end("crash");
      act();
      return never();
    },
  };
  try {
    return await Promise.race([code(invocation), cutOff]);
  } finally {
    isOver = true;
    onEnd(clock.now() - startedAt);
  }
};
