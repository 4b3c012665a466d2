import type { Plan } from "./plan.ts";

/** What a caller was told. */
export interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly isUnknown: boolean;
  readonly isReplayed: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly text: string;
}

/** One request of a caller. Times are in milliseconds since the epoch. */
export interface Attempt {
  readonly id: string;
  readonly caller: number;
  /** Requests with the same key and the same wish are one intention; one without a key is an intention of its own. */
  readonly intention: string;
  /** Whether it can be asked for again. */
  readonly hasKey: boolean;
  readonly wish: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Undefined: nothing, because the process ended. */
  readonly told: Answer | undefined;
}

/** A write as it reached the studio, in the order of arrival. */
export interface Send {
  readonly attempt: string;
  readonly arrivedAt: number;
  /** Undefined: never, because of a fault. */
  readonly dealtWithAt: number | undefined;
  readonly carriedOutAt: number | undefined;
  /** What the studio made of what was carried out: the same in its own spelling, or something else. */
  readonly keeping?: "RESPELLED" | "ALTERED" | undefined;
  /** The day to which a contract is canceled now. */
  readonly canceledTo?: string | undefined;
}

export interface SeenEvent {
  readonly attempt: string;
  readonly type: string;
  readonly outcome: string;
}

export interface History {
  readonly plan: Plan;
  /** Whether the studio's data shows that nothing came of a write. */
  readonly isAbsenceShown: boolean;
  readonly attempts: readonly Attempt[];
  readonly sends: readonly Send[];
  readonly events: readonly SeenEvent[];
  /** How many writes of this member the studio's books hold since the run began. */
  readonly bookings: number;
  readonly injected: readonly string[];
  readonly log: string;
}

/** The caller cannot be told more: still running, or nobody knows, or try again. */
export const isPassing = ({ code, status, isUnknown }: Answer): boolean =>
  isUnknown || status >= 500 || status === 429 || code === "idempotency-key-in-use";
