import type { Amendable, Cancelation, DataKind, Values } from "./customer.ts";
import type { ModuleName } from "./modules.ts";
import type { Pause, PauseRulesName } from "./pauses.ts";
import type { RateName } from "./rates.ts";

/** What runs for terms, told from the day the sandbox starts. */
interface AgreementPlan {
  /** Whole days since the first one; below zero it is yet to come. */
  readonly startedDaysAgo?: number;
  /** Instead: days until the last one to cancel the first term; with notice in months at most three fewer. */
  readonly deadlineInDays?: number;
  /** CANCELED: to the end of the first term; else to the first end in reach on the sandbox's first day. */
  readonly cancelation?: Omit<Cancelation, "date">;
}

export interface ModulePlan extends AgreementPlan {
  readonly module: ModuleName;
  /** The trial period began then, and its terms after it. Instead of the two above. */
  readonly trialStartedDaysAgo?: number;
}

/** A pause, told from the day the sandbox starts. */
export interface PausePlan extends Partial<Pick<Pause, "state" | "reasonId" | "unlimited" | "hasDocument">> {
  /** Below zero it has begun. */
  readonly startsInDays: number;
  /** @default 30 */
  readonly days?: number;
}

export interface ContractPlan extends AgreementPlan {
  readonly rate: RateName;
  readonly id?: bigint;
  readonly modules?: readonly ModulePlan[];
  /** Made online then. Otherwise it was made at the desk, on its first day or on the sandbox's. */
  readonly madeOnlineDaysAgo?: number;
  /** The member withdrew from it then. */
  readonly reversedDaysAgo?: number;
  /** @default months */
  readonly pauseRules?: PauseRulesName;
  readonly pauses?: readonly PausePlan[];
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
