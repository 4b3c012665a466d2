import type { Dice } from "#infra/sandbox/members/dice.ts";
import type { Clock } from "./clock.ts";
import { odds } from "./odds.ts";

/** One invocation of a Lambda. Once it is over, nothing that its code awaits ever comes. */
export interface Invocation {
  readonly requestId: string;
  /** By a crash, or because its time was up. */
  readonly wasCutOff: () => boolean;
  readonly sleep: (ms: number) => Promise<void>;
  /** Does something outside after a while; a crash comes between the deed and the news of it. */
  readonly reach: <Result>(latencyMs: number, act: () => Result) => Promise<Result>;
}

export interface LambdaOptions {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly timeoutMs: number;
  readonly onCutOff: (why: "crash" | "timeout") => void;
}

const mostEffectsBeforeCrash = 20;

/** A promise of its own each time: a shared one would keep everybody who ever awaited it. */
const never = <Result>(): Promise<Result> => new Promise(() => {});

/** Runs code as Lambda does. Gives undefined where the invocation was cut off. */
export const invoke = async <Result>(
  code: (invocation: Invocation) => Promise<Result>,
  { clock, dice, timeoutMs, onCutOff }: LambdaOptions,
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
  clock.at(clock.now() + timeoutMs, () => end("timeout"));
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
  const result = await Promise.race([code(invocation), cutOff]);
  isOver = true;
  return result;
};
