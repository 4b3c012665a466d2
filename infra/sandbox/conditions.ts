import * as z from "zod";
import { isWrite, type Operation } from "#lib/operations/operation.ts";
import type { Fault } from "./http/faults.ts";

/** How the upstream does, until it is changed again. Unlike a fault, a condition hits every request. */
export const conditionsSchema = z.strictObject({
  /** `down`: it takes no connections. `answers-lost`: it carries out writes, but their answers are lost. */
  trouble: z.enum(["none", "down", "slow", "busy", "answers-lost"]),
  /** Reads of pauses, and of contracts with their modules, show a write late. */
  readsLag: z.boolean(),
  /** The studio must verify cancelations, withdrawals and pauses. */
  verifies: z.boolean(),
});

export type Conditions = Readonly<z.output<typeof conditionsSchema>>;

const lostAnswer: Fault = { kind: "reset", carriedOut: true };

/** What a trouble does to a request. The gateway waits for no Retry-After of 30 seconds, so its caller gets a 503 at once. */
const faultsOf: Readonly<Record<Conditions["trouble"], (operation: Operation) => Fault | undefined>> = {
  none: () => undefined,
  down: () => undefined,
  slow: () => ({ kind: "delay", ms: 3_000 }),
  busy: () => ({ kind: "status", status: 503, retryAfter: 30 }),
  "answers-lost": (operation) => (isWrite(operation) ? lostAnswer : undefined),
};

/** The fault of a request under these conditions. */
export const faultUnder = ({ trouble }: Conditions, operation: Operation): Fault | undefined =>
  faultsOf[trouble](operation);

export interface Switchboard {
  current(): Conditions;
  /** Resolves when the change is applied. */
  change(wanted: Partial<Conditions>): Promise<void>;
  /** Resolves when no change is under way. */
  settled(): Promise<void>;
}

/** Applies changes one after the other: a server cannot begin to listen while it closes. */
export const createSwitchboard = (first: Conditions, apply: (conditions: Conditions) => Promise<void>): Switchboard => {
  let conditions = first;
  let settled = Promise.resolve();
  return {
    current: () => conditions,
    change: (wanted) => {
      const applied = settled.then(() => {
        conditions = { ...conditions, ...wanted };
        return apply(conditions);
      });
      settled = applied.catch(() => {});
      return applied;
    },
    settled: () => settled,
  };
};
