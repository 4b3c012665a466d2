import { createHash } from "node:crypto";
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { granted, type Item, number, numberIn, timeToLive } from "#lib/dynamodb.ts";
import type { Pace, Slices } from "./effects.ts";
import type { StoreOptions } from "./members.ts";
import type { SliceMessage } from "./messages.ts";
import { type Rhythm, take, yielded } from "./pace.ts";

const dayMs = 24 * 3_600_000;

export const createSlices = ({ client, table: TableName, now }: StoreOptions): Slices => {
  const keyOf = ({ runId, studioId, offset = "" }: SliceMessage): Item => {
    const slice = createHash("sha256")
      .update(JSON.stringify([runId, studioId, offset]))
      .digest("base64url");
    return { id: { S: `slice ${slice}` } };
  };
  return {
    isDone: async (message) => {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(message), ConsistentRead: true }));
      return Item !== undefined;
    },
    done: async (message) => {
      const Item = { ...keyOf(message), expiresAt: timeToLive(now() + 2 * dayMs) };
      await client.send(new PutItemCommand({ TableName, Item }));
    },
  };
};

/** The pace of all Lambdas in one item a studio and endpoint, changed only by who read what is there. */
export const createPace = ({ client, table: TableName, now }: StoreOptions, ratePerMinute: number): Pace => {
  const read = async (id: string): Promise<Item | undefined> => {
    const get = new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true });
    return (await client.send(get)).Item;
  };

  const change = async <Result>(
    id: string,
    next: (known: Rhythm | undefined) => { readonly result: Result; readonly rhythm: Rhythm },
  ): Promise<Result> => {
    const known = await read(id);
    const { result, rhythm } = next(known && rhythmIn(known));
    const put = new PutItemCommand({
      TableName,
      Item: {
        ...itemOf(id, rhythm),
        version: number(known ? numberIn(known, "version") + 1 : 1),
        expiresAt: timeToLive(now() + dayMs),
      },
      ...(known
        ? {
            ConditionExpression: "version = :version",
            ExpressionAttributeValues: { ":version": number(numberIn(known, "version")) },
          }
        : { ConditionExpression: "attribute_not_exists(id)" }),
    });
    return (await granted(client.send(put))) ? result : change(id, next);
  };
  const idOf = (studioId: string, endpoint: string) => `pace ${endpoint} of ${studioId}`;

  return {
    reserve: (studioId, endpoint, count) =>
      change(idOf(studioId, endpoint), (known) => {
        const { slots, rhythm } = take(known, { count, ratePerMinute, now: now() });
        return { result: slots, rhythm };
      }),
    pausedFor: async (studioId, endpoint) => {
      const known = await read(idOf(studioId, endpoint));
      return known ? Math.max(numberIn(known, "pausedUntil") - now(), 0) : 0;
    },
    yieldTo: (studioId, endpoint, { retryAfterSeconds: seconds, facts }) =>
      change(idOf(studioId, endpoint), (known) => ({
        result: undefined,
        rhythm: yielded(known, { seconds, isAtLimit: facts.upstreamStatus === 429, now: now() }),
      })),
  };
};

const rhythmIn = (item: Item): Rhythm => ({
  nextAt: numberIn(item, "nextAt"),
  pausedUntil: numberIn(item, "pausedUntil"),
  allowance: numberIn(item, "allowance"),
  changedAt: numberIn(item, "changedAt"),
});

const itemOf = (id: string, { nextAt, pausedUntil, allowance, changedAt }: Rhythm): Item => ({
  id: { S: id },
  nextAt: number(nextAt),
  pausedUntil: number(pausedUntil),
  allowance: number(allowance),
  changedAt: number(changedAt),
});
