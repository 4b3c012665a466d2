import type { Plan } from "./plan.ts";

/** The answer that a caller got. */
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
  /** Requests with the same key and wish are one intention. A request without a key is an intention of its own. */
  readonly intention: string;
  /** Whether the caller can repeat it. */
  readonly hasKey: boolean;
  readonly wish: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Undefined: the process ended without an answer. */
  readonly told: Answer | undefined;
}

/** A write as it reached the studio, in the order of arrival. */
export interface Send {
  readonly attempt: string;
  readonly arrivedAt: number;
  /** Undefined: a fault prevented it. */
  readonly dealtWithAt: number | undefined;
  readonly carriedOutAt: number | undefined;
  /** How the studio stored the write: in its own spelling, or altered. */
  readonly keeping?: "RESPELLED" | "ALTERED" | undefined;
  /** The day to which the contract is now canceled. */
  readonly canceledTo?: string | undefined;
}

export interface SeenEvent {
  readonly attempt: string;
  readonly type: string;
  readonly outcome: string;
}

export interface History {
  readonly plan: Plan;
  /** Whether the caller's token can read, and the studio's data then show, that a write was carried out. */
  readonly isShown: boolean;
  /** Whether they can show that it was not carried out. */
  readonly isAbsenceShown: boolean;
  readonly attempts: readonly Attempt[];
  readonly sends: readonly Send[];
  readonly events: readonly SeenEvent[];
  /** How many writes of this member the studio has booked since the run began. */
  readonly bookings: number;
  readonly injected: readonly string[];
  readonly log: string;
}

/** Answers that are not final: still running, outcome unknown, or try again. */
export const isPassing = ({ code, status, isUnknown }: Answer): boolean =>
  isUnknown || status >= 500 || status === 429 || code === "idempotency-key-in-use";
