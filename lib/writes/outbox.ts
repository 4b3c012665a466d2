import { type DynamoDb, granted, type Item, number, timeToLive } from "#lib/dynamodb.ts";
import { eventItem, isEventItem, keptMs } from "./item.ts";

/** An event that is not published yet. */
export interface WaitingEvent {
  /** The attributes that the index holds. */
  readonly item: Item;
  /** The event as JSON. Empty if the item has none. */
  readonly event: string;
}

/** Events of writes that are not published, because the bus failed or the Lambda died. */
export interface Outbox {
  /** At most `limit` events. The one whose last try is longest ago comes first. */
  readonly due: (limit: number) => Promise<readonly WaitingEvent[]>;
  /** Takes an event out, unless its write has changed meanwhile. The table keeps the write for its 24 hours. */
  readonly published: (event: WaitingEvent) => Promise<void>;
  /** Puts an event behind the others. It gets an item of its own, because the write is deleted after its 24 hours. */
  readonly postpone: (event: WaitingEvent) => Promise<void>;
  /** Moves an event that cannot be published to `malformed` in the index, for 14 days. It no longer delays the others. */
  readonly setAside: (event: WaitingEvent) => Promise<void>;
}

export interface OutboxOptions {
  readonly dynamodb: Pick<DynamoDb, "put" | "update" | "query">;
  readonly table: string;
  readonly now: () => number;
}

export const createOutbox = ({ dynamodb, table: TableName, now }: OutboxOptions): Outbox => {
  /** Makes one change if the item is still the one that was found. */
  const change = async ({ item }: WaitingEvent, UpdateExpression: string, more: Item): Promise<void> => {
    const found = ["outbox", "claim", "event"].map((name) => ({ name, value: item[name] }));
    const update = {
      TableName,
      Key: { id: item["id"] ?? { S: "" } },
      UpdateExpression,
      ConditionExpression: found
        .map(({ name, value }) => (value ? `${name} = :${name}` : `attribute_not_exists(${name})`))
        .join(" AND "),
      ExpressionAttributeValues: {
        ...Object.fromEntries(found.flatMap(({ name, value }) => (value ? [[`:${name}`, value]] : []))),
        ...more,
      },
    };
    await granted(dynamodb.update(update));
  };

  /** An item of a version that wrote no `forgetAt` is deleted a day from now. */
  const published: Outbox["published"] = (event) =>
    change(event, "SET expiresAt = if_not_exists(forgetAt, :soon) REMOVE outbox, dueAt, event", {
      ":soon": timeToLive(now() + keptMs),
    });

  const keepAlone = async (event: WaitingEvent, outbox: "waiting" | "malformed"): Promise<void> => {
    const { item } = event;
    if (isEventItem(item))
      return change(event, "SET outbox = :state, dueAt = :dueAt", { ":state": { S: outbox }, ":dueAt": number(now()) });
    const Item = eventItem(item, { outbox, dueAt: now(), now: now() });
    await dynamodb.put({ TableName, Item });
    return published(event);
  };

  return {
    due: async (limit) => {
      const items = await dynamodb.query({
        TableName,
        IndexName: "outbox",
        KeyConditionExpression: "outbox = :waiting AND dueAt <= :now",
        ExpressionAttributeValues: { ":waiting": { S: "waiting" }, ":now": number(now()) },
        Limit: limit,
      });
      return items.map((item) => ({ item, event: item["event"]?.S ?? "" }));
    },
    published,
    postpone: (event) => keepAlone(event, "waiting"),
    setAside: (event) => keepAlone(event, "malformed"),
  };
};
