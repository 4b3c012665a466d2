import { randomUUID } from "node:crypto";
import { type DynamoDb, granted, type Item, number, numberIn, timeToLive } from "#lib/dynamodb.ts";
import { KeyInUse, KeyReused, LedgerUnavailable } from "./errors.ts";
import {
  endedItem,
  eventItem,
  isForgotten,
  keptMs,
  runningItem,
  stateIn,
  studioItem,
  studioItemId,
  unchanged,
  waiting,
} from "./item.ts";
import type { WriteIdentity } from "./key.ts";
import { type InDoubt, next, type Settled, type StoredState } from "./states.ts";

/** In milliseconds, added to the end of a write's Lambda: clocks differ, and the upstream may still be working. */
const leaseMarginMs = 2_000;

/** In seconds. Most requests have ended by then. */
const retryAfterSeconds = 2;

/** The right to carry out a write. No other request has it before `overAt`. Times: milliseconds since the epoch. */
export interface Claim {
  readonly identity: WriteIdentity;
  readonly token: string;
  /** When the first request for this write came in. */
  readonly receivedAt: number;
  /** The write's state when this request found it. */
  readonly found: StoredState;
  readonly begunAt: number;
  readonly overAt: number;
}

export type Claimed = { readonly kind: "claimed"; readonly claim: Claim } | Replay;

interface Replay {
  readonly kind: "replay";
  readonly answer: string;
}

export interface ClaimRequest {
  /** When this request came in, in milliseconds since the epoch. */
  readonly receivedAt: number;
  /** Time until Lambda ends the function. */
  readonly remainingMs: number;
  /** The event to publish if the Lambda dies before it records an ending. */
  readonly eventInDoubt: (receivedAt: number) => string;
}

export interface Ended {
  readonly state: InDoubt | Settled;
  /** For repeats. Kept for 24 hours. */
  readonly answer?: string | undefined;
  /** An event that is not published yet. */
  readonly event?: string | undefined;
}

/** The writes table. Each write is recorded there before it is sent. Every method: @throws LedgerUnavailable */
export interface Ledger {
  /** Finds a write's state without claiming it. @throws KeyReused, KeyInUse */
  readonly find: (identity: WriteIdentity) => Promise<Replay | { readonly kind: "unsent" | "in-doubt" }>;
  /** @throws KeyReused, KeyInUse */
  readonly claim: (identity: WriteIdentity, request: ClaimRequest) => Promise<Claimed>;
  readonly end: (claim: Claim, ended: Ended) => Promise<void>;
  /** The studio that a key is bound to. */
  readonly boundStudio: (identity: WriteIdentity) => Promise<string | undefined>;
  /** Binds a key to a studio, longer than a write lasts that begins now. Gives the studio that it is bound to, maybe another one. */
  readonly bindStudio: (identity: WriteIdentity, studioId: string) => Promise<string>;
  /** Deletes a write that was not carried out, or that nobody can repeat. */
  readonly release: (claim: Claim) => Promise<void>;
}

export interface LedgerOptions {
  readonly dynamodb: Omit<DynamoDb, "query">;
  readonly table: string;
  readonly now: () => number;
}

interface Found {
  /** Absent: the table had none when this round began. */
  readonly item?: Item;
  readonly state: StoredState;
}

export const createLedger = ({ dynamodb, table: TableName, now }: LedgerOptions): Ledger => {
  /** Puts the item if the table has none, or still has the one that was found. False if not. */
  const put = (claim: Claim, event: string, { item }: Found): Promise<boolean> => {
    const Item = runningItem(claim.identity, { ...claim, event, now: now() });
    const condition = item ? unchanged(item) : { ConditionExpression: "attribute_not_exists(id)" };
    return granted(dynamodb.put({ TableName, Item, ...condition }));
  };

  // DynamoDB can return the item that failed a condition (ReturnValuesOnConditionCheckFailure), which would save this read.
  // The emulator of the local gateway and the tests, dynalite, does not know that option.
  const read = (id: string): Promise<Item | undefined> =>
    dynamodb.get({ TableName, Key: { id: { S: id } }, ConsistentRead: true });

  const foundIn = (item: Item | undefined, identity: WriteIdentity): Found =>
    item ? { item, state: stateIn(item, identity, now()) } : { state: { status: "unsent" } };

  /** Moves the event of a write from more than 24 hours ago to its own item, so that a new write can take its place. */
  const keepEvent = async ({ item, state }: Found): Promise<void> => {
    if (state.status !== "unsent" || !item?.["outbox"]) return;
    const Item = eventItem(item, { dueAt: numberIn(item, "dueAt"), now: now() });
    await dynamodb.put({ TableName, Item });
  };

  const find: Ledger["find"] = async (identity) => {
    const { state } = foundIn(await read(identity.id), identity);
    const step = next({ saw: "request", state }, { begunAt: now(), overAt: now(), readBack: "never" });
    if (step.do === "turn-away") throw new KeyInUse(retryAfterSeconds);
    if (step.do === "replay") return { kind: "replay", answer: identity.open(step.answer) };
    return { kind: step.do === "send" ? "unsent" : "in-doubt" };
  };

  /** Each round tries to claim. If another request was faster, the next round finds that request's claim. */
  const claim = async (
    identity: WriteIdentity,
    request: ClaimRequest,
    { found = { state: { status: "unsent" } }, rounds = 4 }: { found?: Found; rounds?: number } = {},
  ): Promise<Claimed> => {
    const begunAt = now();
    const overAt = begunAt + request.remainingMs + leaseMarginMs;
    const step = next({ saw: "request", state: found.state }, { begunAt, overAt, readBack: "never" });
    if (step.do === "replay") return { kind: "replay", answer: identity.open(step.answer) };
    if (step.do === "turn-away" || rounds === 0) throw new KeyInUse(retryAfterSeconds);
    const isFirst = found.state.status === "unsent";
    const receivedAt = found.item && !isFirst ? numberIn(found.item, "receivedAt") : request.receivedAt;
    const mine = { identity, token: randomUUID(), receivedAt, found: found.state, begunAt, overAt };
    await keepEvent(found);
    if (await put(mine, request.eventInDoubt(receivedAt), found)) return { kind: "claimed", claim: mine };
    const item = await read(identity.id);
    // The table took our claim, but its answer was lost and the claim was sent again.
    if (item?.["claim"]?.S === mine.token) return { kind: "claimed", claim: mine };
    return claim(identity, request, { found: foundIn(item, identity), rounds: rounds - 1 });
  };

  const boundStudio: Ledger["boundStudio"] = async (identity) => {
    const item = await read(studioItemId(identity));
    return item && !isForgotten(item, now()) ? item["studio"]?.S : undefined;
  };

  const bindStudio: Ledger["bindStudio"] = async (identity, studioId) => {
    const put = dynamodb.put({
      TableName,
      Item: studioItem(identity, { studioId, now: now() }),
      ConditionExpression: "attribute_not_exists(id) OR studio = :studio OR forgetAt <= :now",
      ExpressionAttributeValues: { ":studio": { S: studioId }, ":now": number(Math.floor(now() / 1_000)) },
    });
    const bound = (await granted(put)) ? studioId : await boundStudio(identity);
    // The time of the other studio ended between the two.
    if (bound === undefined) throw new KeyInUse(retryAfterSeconds);
    return bound;
  };

  const end = async ({ identity, token }: Claim, { state, answer, event }: Ended) => {
    const set: Item = {
      ...endedItem(state, identity.seal, answer),
      ...(event === undefined
        ? { expiresAt: timeToLive(now() + keptMs) }
        : waiting(event, { dueAt: now(), now: now() })),
    };
    const names = Object.keys(set);
    const update = {
      TableName,
      Key: { id: { S: identity.id } },
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}${event === undefined ? " REMOVE outbox, dueAt, event" : ""}`,
      ConditionExpression: "claim = :claim",
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
        ":claim": { S: token },
      },
    };
    await dynamodb.update(update);
  };

  const release = async ({ identity, token }: Claim) => {
    const remove = {
      TableName,
      Key: { id: { S: identity.id } },
      ConditionExpression: "claim = :claim",
      ExpressionAttributeValues: { ":claim": { S: token } },
    };
    // If the condition fails, the item is deleted already, because the request was sent twice.
    await granted(dynamodb.delete(remove));
  };

  return {
    find: guarded(find),
    claim: guarded((identity: WriteIdentity, request: ClaimRequest) => claim(identity, request)),
    end: guarded(end),
    release: guarded(release),
    boundStudio: guarded(boundStudio),
    bindStudio: guarded(bindStudio),
  };
};

/** Throws our own errors on. Any other error comes from the table. */
const guarded =
  <Args extends readonly unknown[], Result>(method: (...args: Args) => Promise<Result>) =>
  async (...args: Args): Promise<Result> => {
    try {
      return await method(...args);
    } catch (cause) {
      if (cause instanceof KeyReused || cause instanceof KeyInUse) throw cause;
      throw new LedgerUnavailable("the writes table is unavailable", { cause });
    }
  };
