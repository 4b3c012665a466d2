import type { Amendable, Cancelation, DataKind, Values } from "./customer.ts";
import type { RateName } from "./rates.ts";

/** A contract, told from the day the sandbox starts. */
export interface ContractPlan {
  readonly rate: RateName;
  /** Whole days since the first one; below zero it is yet to come. */
  readonly startedDaysAgo?: number;
  /** Instead: days until the last one to cancel the first term; with notice in months at most three fewer. */
  readonly deadlineInDays?: number;
  readonly id?: bigint;
  /** CANCELED: to the end of the first term; else to the first end in reach on the sandbox's first day. */
  readonly cancelation?: Omit<Cancelation, "date">;
}

export interface DataPlan {
  readonly configuration?: Amendable["configuration"];
  /** A change waits for the studio. `true` chooses its id. */
  readonly pending?: boolean | bigint;
  readonly requireSignature?: boolean;
  /** Instead of invented ones. */
  readonly values?: Values;
}

/** What makes one member what it is; the rest is invented. */
export interface MemberPlan {
  readonly contracts: readonly ContractPlan[];
  readonly data?: Partial<Record<DataKind, DataPlan>>;
}

export const readOnly: DataPlan = { configuration: "READ" };
export const verified: DataPlan = { configuration: "CHANGES_REQUIRE_VERIFICATION" };
export const atOnce: DataPlan = { configuration: "CHANGES_WITHOUT_VERIFICATION" };
