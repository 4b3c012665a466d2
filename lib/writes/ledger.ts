import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { granted, type Item, number, numberIn, timeToLive } from "#lib/dynamodb.ts";
import {
  type Claim,
  type Claimed,
  claimOf,
  type Ledger,
  type Met,
  type Settlement,
  standing,
  type Terms,
} from "./claim.ts";
import { KeyInUse, KeyReused, LedgerUnavailable } from "./errors.ts";
import type { WriteIdentity } from "./key.ts";
import { keptMs, waiting, waitingAlone } from "./outbox.ts";

/** A request that runs is mostly done by then. */
const retryAfterSeconds = 2;

export interface LedgerOptions {
  readonly client: Pick<DynamoDBClient, "send">;
  readonly table: string;
  readonly now: () => number;
}

interface Round {
  readonly abandoned?: Item | undefined;
  readonly expired?: Item | undefined;
  readonly rounds?: number;
}

export const createLedger = ({ client, table: TableName, now }: LedgerOptions): Ledger => {
  /** One conditional write: only where there is nothing (any more), or just the claim that was given up or has expired. */
  const put = (claim: Claim, { eventInDoubt }: Terms, { abandoned, expired }: Round) => {
    const { identity, token, receivedAt, inDoubtUntil = 0, isDoubtOver, overAt } = claim;
    const Item: Item = {
      id: { S: identity.id },
      claim: { S: token },
      fingerprint: { B: identity.fingerprint },
      receivedAt: number(receivedAt),
      leaseUntil: number(overAt),
      // Sent again only once the doubt is over, and from then on in doubt anew.
      doubtUntil: number(isDoubtOver ? overAt : inDoubtUntil),
      keptUntil: number(now() + keptMs),
      // As `expiresAt` is to be once no event waits any more.
      forgetAt: timeToLive(now() + keptMs),
      ...waiting(eventInDoubt(receivedAt), { dueAt: overAt, now: now() }),
    };
    const met = (abandoned ?? expired)?.["claim"];
    const Condition = abandoned
      ? "claim = :claim AND leaseUntil <= :now AND attribute_not_exists(answer)"
      : `attribute_not_exists(id) OR (keptUntil <= :now AND ${met ? "claim = :claim" : "attribute_not_exists(outbox)"})`;
    const values = { ":now": number(now()), ...(met && { ":claim": met }) };
    const put = { TableName, Item, ConditionExpression: Condition, ExpressionAttributeValues: values };
    return granted(client.send(new PutItemCommand(put)));
  };

  const read = async ({ id }: WriteIdentity): Promise<Item> => {
    const get = new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true });
    return (await client.send(get)).Item ?? {};
  };

  /** What stands in the way of a claim that was not granted. @throws KeyReused */
  const meet = async ({ identity, token }: Claim): Promise<Met> => {
    const item = await read(identity);
    // The answer to our own claim got lost, and the SDK sent it again.
    if (item["claim"]?.S === token) return { kind: "mine" };
    return numberIn(item, "keptUntil") > now() ? standing(item, identity, now()) : { kind: "expired", item };
  };

  /** Gives a waiting event an item of its own, so that a new write under its key neither waits for it nor loses it. */
  const keepEvent = async (expired: Item): Promise<void> => {
    if (expired["outbox"]) await client.send(new PutItemCommand({ TableName, Item: waitingAlone(expired) }));
  };

  /** A round that is lost was won by somebody else, whose claim the next one meets. */
  const claim = async (
    identity: WriteIdentity,
    terms: Terms,
    { rounds = 4, ...found }: Round = {},
  ): Promise<Claimed> => {
    const mine = claimOf(identity, terms, { abandoned: found.abandoned, now: now() });
    const met: Met = (await put(mine, terms, found)) ? { kind: "mine" } : await meet(mine);
    if (met.kind === "mine") return { kind: "claimed", claim: mine };
    if (met.kind === "replay") return met;
    if (met.kind === "running" || rounds === 1) throw new KeyInUse(retryAfterSeconds);
    if (met.kind === "free") return claim(identity, terms, { abandoned: met.item, rounds: rounds - 1 });
    await keepEvent(met.item);
    return claim(identity, terms, { expired: met.item, rounds: rounds - 1 });
  };

  const settle = async ({ identity, token }: Claim, { answer, event }: Settlement) => {
    const set: Item = {
      leaseUntil: number(now()),
      ...(answer !== undefined && { answer: { B: identity.seal(answer) } }),
      ...(event === undefined
        ? { expiresAt: timeToLive(now() + keptMs) }
        : waiting(event, { dueAt: now(), now: now() })),
    };
    const sets = Object.keys(set).map((name) => `${name} = :${name}`);
    const values = Object.entries(set).map(([name, value]) => [`:${name}`, value]);
    const update = {
      TableName,
      Key: { id: { S: identity.id } },
      UpdateExpression: `SET ${sets.join(", ")}${event === undefined ? " REMOVE outbox, dueAt, event" : ""}`,
      ConditionExpression: "claim = :claim",
      ExpressionAttributeValues: { ...Object.fromEntries(values), ":claim": { S: token } },
    };
    await client.send(new UpdateItemCommand(update));
  };

  const release = async ({ identity, token }: Claim) => {
    const remove = {
      TableName,
      Key: { id: { S: identity.id } },
      ConditionExpression: "claim = :claim",
      ExpressionAttributeValues: { ":claim": { S: token } },
    };
    // Refused: it is gone already, as when the SDK asked twice.
    await granted(client.send(new DeleteItemCommand(remove)));
  };

  return {
    claim: told((identity: WriteIdentity, terms: Terms) => claim(identity, terms)),
    settle: told(settle),
    release: told(release),
  };
};

/** Leaves our own errors as they are; anything else is the table's. */
const told =
  <Args extends readonly unknown[], Result>(method: (...args: Args) => Promise<Result>) =>
  async (...args: Args): Promise<Result> => {
    try {
      return await method(...args);
    } catch (cause) {
      if (cause instanceof KeyReused || cause instanceof KeyInUse) throw cause;
      throw new LedgerUnavailable("the writes table is unavailable", { cause });
    }
  };
