import { randomUUID } from "node:crypto";
import { type Item, numberIn } from "#lib/dynamodb.ts";
import { KeyReused } from "./errors.ts";
import type { WriteIdentity } from "./key.ts";

/** A claim outlives its Lambda by this much: clocks differ, and the upstream may still be at work. */
const leaseMarginMs = 2_000;

/** A write that is ours to carry out. */
export interface Claim {
  readonly identity: WriteIdentity;
  readonly token: string;
  /** When the first request for this write came in, in milliseconds. */
  readonly receivedAt: number;
  /** Set where an earlier try ended nobody knows how: until then not even a read can tell that nothing came of it. */
  readonly inDoubtUntil?: number | undefined;
  /** Whether that was over when the write was claimed: only then may it be sent, and is in doubt anew. */
  readonly isDoubtOver: boolean;
  /** By when a write that is sent now has come to an end, whatever becomes of its Lambda. */
  readonly overAt: number;
}

export type Claimed =
  | { readonly kind: "claimed"; readonly claim: Claim }
  | { readonly kind: "replay"; readonly answer: string };

export interface Terms {
  /** When this request came in, in milliseconds. */
  readonly receivedAt: number;
  /** Until Lambda ends the function. */
  readonly remainingMs: number;
  /** What is to be published should nobody be left to say how the write ended. */
  readonly eventInDoubt: (receivedAt: number) => string;
}

export interface Settlement {
  /** Kept for 24 hours; absent where the write's outcome is unknown. */
  readonly answer?: string | undefined;
  /** The event that could not be published yet. */
  readonly event?: string | undefined;
}

/** Who writes what, written down before it is sent. Every method: @throws LedgerUnavailable */
export interface Ledger {
  /** @throws KeyReused, KeyInUse */
  readonly claim: (identity: WriteIdentity, terms: Terms) => Promise<Claimed>;
  readonly settle: (claim: Claim, settlement: Settlement) => Promise<void>;
  /** Forgets a write that did not happen, or of which nothing is left to be told. */
  readonly release: (claim: Claim) => Promise<void>;
}

/** What a request for a claim meets. */
export type Met =
  | { readonly kind: "mine" }
  | { readonly kind: "running" }
  | { readonly kind: "free"; readonly item: Item }
  /** A write of more than 24 hours ago, or none any more. */
  | { readonly kind: "expired"; readonly item: Item }
  | Extract<Claimed, { kind: "replay" }>;

/** A claim to what nobody has begun, or to what was abandoned. */
export const claimOf = (
  identity: WriteIdentity,
  { receivedAt, remainingMs }: Terms,
  { abandoned, now }: { abandoned: Item | undefined; now: number },
): Claim => ({
  identity,
  token: randomUUID(),
  receivedAt: abandoned ? numberIn(abandoned, "receivedAt") : receivedAt,
  inDoubtUntil: abandoned && numberIn(abandoned, "doubtUntil"),
  isDoubtOver: !abandoned || numberIn(abandoned, "doubtUntil") <= now,
  overAt: now + remainingMs + leaseMarginMs,
});

/** What a key's item means to a new request with that key. @throws KeyReused */
export const standing = (item: Item, identity: WriteIdentity, now: number): Met => {
  if (!identity.fingerprint.equals(item["fingerprint"]?.B ?? Buffer.alloc(0)))
    throw new KeyReused("the key was used with a different payload");
  const answer = item["answer"]?.B;
  if (answer) return { kind: "replay", answer: identity.open(answer) };
  return numberIn(item, "leaseUntil") > now ? { kind: "running" } : { kind: "free", item };
};
