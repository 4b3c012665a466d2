import type { Day, Span } from "./calendar.ts";
import type { Pause, PauseRules } from "./pauses.ts";
import type { Rate } from "./rates.ts";

export interface Cancelation {
  readonly status: "CANCELED" | "PENDING_VERIFICATION" | "PENDING_WITHDRAWAL_VERIFICATION";
  readonly origin: "CUSTOMER" | "STUDIO";
  /** Last day of the contract. */
  readonly date: Day;
  readonly reasonId?: bigint;
}

/** What runs for terms and can be canceled: a contract, or a module that belongs to one. */
export interface Agreement {
  readonly id: bigint;
  readonly rate: Rate;
  readonly startDate: Day;
  readonly cancelation?: Cancelation | undefined;
  /** The first day after the member withdrew from it. */
  readonly reversedOn?: Day | undefined;
}

/** Its terms begin after the trial period. */
export interface BookedModule extends Agreement {
  readonly moduleId: bigint;
  readonly trial?: { readonly startDate: Day; readonly term: Span } | undefined;
}

export interface Contract extends Agreement {
  readonly createdDate: Day;
  readonly origin: "CONNECT_API" | "STUDIO";
  /** A withdrawal waits for the studio, which shows nowhere. */
  readonly isWithdrawing?: boolean;
  readonly pauseRules: PauseRules;
  readonly pauses: readonly Pause[];
  readonly modules: readonly BookedModule[];
}

/** Values of amendable data, as the studio keeps them. */
export type Values = Readonly<Record<string, unknown>>;

export interface Amendable {
  readonly values: Values;
  readonly configuration: "READ" | "CHANGES_REQUIRE_VERIFICATION" | "CHANGES_WITHOUT_VERIFICATION";
  readonly pending?: { readonly id: bigint; readonly values: Values } | undefined;
  /** Payment data only. */
  readonly requireSignature?: boolean;
}

export type DataKind = "contact" | "address" | "master" | "payment";

export type CustomerStatus = "MEMBER" | "PROSPECT";

/** Never changed in place: a change is another customer. */
export interface Customer {
  readonly id: bigint;
  readonly status: CustomerStatus;
  readonly contracts: readonly Contract[];
  readonly data: Readonly<Record<DataKind, Amendable>>;
  /** Ids of amendments that were applied at once, and so cannot be withdrawn. */
  readonly appliedAmendments: readonly bigint[];
}
