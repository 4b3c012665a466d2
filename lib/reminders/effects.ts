import type { BusEvent } from "#lib/events/events.ts";
import type { PerfectGym } from "#lib/perfectgym/client.ts";
import type { UpstreamBusy } from "#lib/perfectgym/errors.ts";
import type { Day } from "./calendar.ts";
import type { MemberMessage, SliceMessage } from "./messages.ts";
import type { Policy } from "./policies.ts";

export interface Queue<Message> {
  /** All or an error. @param delaySeconds at most 900 */
  readonly send: (messages: readonly Message[], delaySeconds?: number) => Promise<void>;
}

/** What is remembered of members between runs. */
export interface Members {
  /** By customer id, for those that were ever asked for. */
  readonly looks: (studioId: string, customerIds: readonly string[]) => Promise<ReadonlyMap<string, Day>>;
  readonly seen: (studioId: string, customerId: string, found: Found) => Promise<void>;
  /** Makes the member worth asking for in the next run, whatever was found before. */
  readonly forget: (studioId: string, customerId: string) => Promise<void>;
}

export interface Found {
  /** From then on the member is worth asking for again. */
  readonly lookFrom: Day;
  /** Of contracts that can still be canceled. */
  readonly deadlines: readonly Day[];
}

/** Which slices of a run are done, so that a message that comes twice is not the start of a second chain. */
export interface Slices {
  readonly isDone: (message: SliceMessage) => Promise<boolean>;
  readonly done: (message: SliceMessage) => Promise<void>;
}

/** How long a claim holds: longer than a Lambda of this job lives, shorter than a message stays invisible. */
export const leaseMs = 70_000;

/** Which reminders went out. */
export interface Ledger {
  /** `claimed`: ours to publish. `running`: somebody else's, who may yet fail. */
  readonly claim: (reminderId: string) => Promise<"claimed" | "published" | "running">;
  readonly published: (reminderId: string) => Promise<void>;
  /** The bus did not take it: whoever comes next may try at once. */
  readonly giveUp: (reminderId: string) => Promise<void>;
}

/** The job's share of the upstream's limit, kept over all Lambdas of the run. */
export interface Pace {
  /** Takes slots for `count` calls, as many as come soon enough for a Lambda to wait for. */
  readonly reserve: (studioId: string, endpoint: string, count: number) => Promise<Slots>;
  /** Milliseconds until the upstream may be asked again; it may have asked for patience since a slot was taken. */
  readonly pausedFor: (studioId: string, endpoint: string) => Promise<number>;
  /** The upstream asks for patience: pauses. At its limit the apps need it: then goes on at half the rate and recovers. */
  readonly yieldTo: (studioId: string, endpoint: string, busy: UpstreamBusy) => Promise<void>;
}

/** In milliseconds from now. Call number `i` starts at `startInMs + i * intervalMs`, those from `granted` on not now. */
export interface Slots {
  readonly granted: number;
  readonly startInMs: number;
  readonly intervalMs: number;
}

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
