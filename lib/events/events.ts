import { createHash } from "node:crypto";
import type { WriteRules } from "#lib/operations/operation.ts";

/** What is published of every write that the upstream accepted, or may have accepted. Ids and times, nothing else. */
export interface WriteEvent {
  readonly type: WriteRules["event"];
  readonly detail: {
    /** The same however often the event is published. */
    readonly eventId: string;
    /** `unknown`: nobody could see whether it was carried out. */
    readonly outcome: "accepted" | "unknown";
    /** When the request came in, ISO 8601 in UTC. */
    readonly receivedAt: string;
    readonly operation: string;
    readonly clientId: string;
    readonly requestId: string;
    readonly studioId: string;
    readonly customerId: string;
    readonly contractId?: string;
    readonly amendmentId?: string;
  };
}

/** An event as the bus takes it. */
export interface BusEvent {
  readonly type: string;
  readonly detail: object;
}

/** An id that is the same whenever it is made of the same parts. */
export const stableId = (...parts: readonly (string | number)[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 32);
