import { createDice, type Dice } from "#infra/sandbox/members/dice.ts";
import { withdrawAmendment } from "#lib/operations/amendments.ts";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { createContractCancelationAmendment, withdrawContractCancelation } from "#lib/operations/contracts.ts";
import type { Operation } from "#lib/operations/operation.ts";
import { allEffects, type NamedEffect } from "./faults.ts";

/** `own-way` keeps data in its own spelling, corrects some of it and moves dates. */
export const studioIds = ["at-once", "verified", "own-way"] as const;
export type StudioId = (typeof studioIds)[number];

/** A caller that sends a write. */
export interface CallerPlan {
  /** Callers with the same key and wish are one app that sends from several places. */
  readonly key: string | undefined;
  /** Which of the possible bodies. */
  readonly wish: number;
  readonly startsAfterMs: number;
}

export interface PlannedFault extends NamedEffect {
  /** The first request of that stage that it hits, from 0, and how many in a row. */
  readonly nth: number;
  readonly times: number;
}

export interface Plan {
  readonly seed: number;
  readonly run: number;
  readonly operation: Operation;
  readonly studioId: StudioId;
  readonly callers: readonly CallerPlan[];
  readonly faults: readonly PlannedFault[];
}

const [cancel, amend] = [createContractCancelationAmendment, createCustomerContactDataAmendment];
const usual: readonly Operation[] = [
  ...Array(6).fill(cancel),
  ...Array(2).fill(withdrawContractCancelation),
  amend,
  withdrawAmendment,
];
const operations: Readonly<Record<StudioId, readonly Operation[]>> = {
  "at-once": usual,
  verified: usual,
  "own-way": [cancel, amend, cancel, amend, withdrawContractCancelation],
};

/** Takes the points in turn, from a place that the seed decides, so that none is left out by chance. */
const faultsOf = (dice: Dice, { seed, run }: { seed: number; run: number }): PlannedFault[] => {
  const first = allEffects[(seed + run) % allEffects.length] ?? dice.pick(allEffects);
  const others = Array.from({ length: dice.pick([0, 0, 1, 1, 2, 3]) }, () => dice.pick(allEffects));
  return [first, ...others].map((each, place) => ({
    ...each,
    nth: place === 0 ? 0 : dice.below(3),
    times: "service" in each.effect ? dice.pick([1, 1, 3]) : 1,
  }));
};

const callersOf = (dice: Dice, run: number): CallerPlan[] => {
  const shared = `key-of-callers-of-run-${run}`;
  return Array.from({ length: 1 + dice.below(4) }, (_, caller) => ({
    key: dice.onceIn(4) ? undefined : dice.pick([shared, shared, `${shared}-${caller}`]),
    wish: dice.onceIn(6) ? 1 : 0,
    startsAfterMs: dice.pick([0, 0, 0, 50, 300, 1_500]),
  }));
};

/** The same seed and number make the same plan. Its outcome also depends on the clock and the machine. */
export const planRun = (seed: number, run: number): Plan => {
  const dice = createDice(seed, run);
  const faults = faultsOf(dice, { seed, run });
  const isRead = faults[0]?.stage === "read-back";
  const studioId = dice.pick(studioIds);
  return {
    seed,
    run,
    operation: isRead ? cancel : dice.pick(operations[studioId]),
    studioId,
    callers: callersOf(dice, run),
    faults,
  };
};
