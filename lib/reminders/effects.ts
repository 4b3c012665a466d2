import type { BusEvent } from "#lib/events/events.ts";
import type { PerfectGym } from "#lib/perfectgym/client.ts";
import type { Ledger } from "./ledger.ts";
import type { Members } from "./members.ts";
import type { MemberMessage, SliceMessage } from "./messages.ts";
import type { Policy } from "./policies.ts";
import type { Queue } from "./queue.ts";
import type { Pace } from "./shared-pace.ts";
import type { Slices } from "./slices.ts";

export interface RunEffects {
  readonly perfectgym: Pick<PerfectGym, "call" | "settings" | "studioIds">;
  readonly slices: Slices;
  readonly members: Members;
  readonly ledger: Ledger;
  readonly pace: Pace;
  readonly queues: { readonly slices: Queue<SliceMessage>; readonly members: Queue<MemberMessage> };
  readonly publish: (events: readonly BusEvent[]) => Promise<void>;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly settings: RunSettings;
}

export interface RunSettings {
  readonly policy: Policy;
  /** IANA name. */
  readonly timeZone: string;
  /** Upstream calls a minute, for each studio and endpoint. */
  readonly ratePerMinute: number;
  /** Every member is asked for at least this often. */
  readonly recheckDays: number;
  /** Whether a run that records may pretend to be on another day: what it writes down would hold until then. */
  readonly mayPretend: boolean;
}
