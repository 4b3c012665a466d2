import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { granted, type Item, number, numberIn, timeToLive } from "#lib/dynamodb.ts";
import type { UpstreamBusy } from "#lib/perfectgym/errors.ts";
import { type Rhythm, type Slots, slowDown, takeSlots } from "./pace.ts";
import type { RemindersTable } from "./table.ts";

/** The job's share of the upstream's rate limit. All Lambdas of the job keep to it together. */
export interface Pace {
  /** Takes slots for up to `count` calls: as many as come soon enough for a Lambda to wait for them. */
  readonly reserve: (studioId: string, endpoint: string, count: number) => Promise<Slots>;
  /** Milliseconds until the upstream may be called again: it may have asked for a pause since a slot was taken. */
  readonly pausedFor: (studioId: string, endpoint: string) => Promise<number>;
  /** Pauses for as long as a busy upstream asks. After a 429 the job continues at half its rate, and recovers. */
  readonly yieldTo: (studioId: string, endpoint: string, busy: UpstreamBusy) => Promise<void>;
}

const keptMs = 24 * 3_600_000;

/** Keeps one item per studio and endpoint. Each change depends on the version that it was computed from. */
export const createPace = ({ client, table: TableName, now }: RemindersTable, ratePerMinute: number): Pace => {
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
        expiresAt: timeToLive(now() + keptMs),
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
        const { slots, rhythm } = takeSlots(known, { count, ratePerMinute, now: now() });
        return { result: slots, rhythm };
      }),
    pausedFor: async (studioId, endpoint) => {
      const known = await read(idOf(studioId, endpoint));
      return known ? Math.max(numberIn(known, "pausedUntil") - now(), 0) : 0;
    },
    yieldTo: (studioId, endpoint, { retryAfterSeconds: seconds, facts }) =>
      change(idOf(studioId, endpoint), (known) => ({
        result: undefined,
        rhythm: slowDown(known, { seconds, isAtLimit: facts.upstreamStatus === 429, now: now() }),
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
