import { createDice, type Dice } from "#infra/sandbox/members/dice.ts";
import {
  createModuleContractCancelationAmendment,
  purchaseAdditionalModuleContract,
  withdrawAdditionalModuleContractCancelation,
} from "#lib/operations/additional-modules.ts";
import { withdrawAmendment } from "#lib/operations/amendments.ts";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import {
  createContractCancelationAmendment,
  createContractWithdrawalAmendment,
  withdrawContractCancelation,
} from "#lib/operations/contracts.ts";
import { createIdlePeriodAmendment, updateIdlePeriod, withdrawIdlePeriod } from "#lib/operations/idle-periods.ts";
import type { Operation } from "#lib/operations/operation.ts";
import { allEffects, type NamedEffect } from "./faults.ts";

/** `own-way` keeps data in its own spelling, corrects some of it and moves dates. Reads of `lagging` show a write late. */
export const studioIds = ["at-once", "verified", "own-way", "lagging"] as const;
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
  readonly token: "partner" | "member";
  /** Whether a form has a document. */
  readonly hasDocument: boolean;
  readonly callers: readonly CallerPlan[];
  readonly faults: readonly PlannedFault[];
}

const [cancel, amend] = [createContractCancelationAmendment, createCustomerContactDataAmendment];
const [pause, buy] = [createIdlePeriodAmendment, purchaseAdditionalModuleContract];
const withdraw = createContractWithdrawalAmendment;
const ofModules = [createModuleContractCancelationAmendment, withdrawAdditionalModuleContractCancelation];
const usual: readonly Operation[] = [
  ...Array(6).fill(cancel),
  ...Array(2).fill(withdrawContractCancelation),
  amend,
  withdrawAmendment,
  ...[pause, pause, withdrawIdlePeriod, buy, buy, ...ofModules, withdraw],
];
const operations: Readonly<Record<StudioId, readonly Operation[]>> = {
  "at-once": [...usual, updateIdlePeriod],
  // A pause that waits for the studio takes no change, so none here is an update.
  verified: usual,
  "own-way": [cancel, amend, cancel, amend, withdrawContractCancelation, pause, ...ofModules],
  lagging: [pause, pause, updateIdlePeriod, withdrawIdlePeriod, buy, buy, ...ofModules, withdraw],
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
  const [first] = faults;
  const studioId = dice.pick(studioIds);
  const operation = first?.needsDocument ? pause : dice.pick(operations[studioId]);
  return {
    seed,
    run,
    operation: first?.stage === "read-back" ? cancel : operation,
    studioId,
    token: dice.pick(["partner", "member"]),
    hasDocument: first?.needsDocument === true || dice.onceIn(2),
    callers: callersOf(dice, run),
    faults,
  };
};
