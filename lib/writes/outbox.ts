import { type DynamoDBClient, PutItemCommand, QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { granted, type Item, number, timeToLive } from "#lib/dynamodb.ts";

/** How long a write is known and its answer is given again. */
export const keptMs = 24 * 3_600_000;

/** How long an event may wait for its bus, should that be gone. */
const longestWaitMs = 14 * 24 * 3_600_000;

/** The attributes of a write whose event is still to be published; the index `outbox` holds only those. */
export const waiting = (event: string, { dueAt, now }: { dueAt: number; now: number }): Item => ({
  outbox: { S: "waiting" },
  event: { S: event },
  dueAt: number(dueAt),
  expiresAt: timeToLive(now + longestWaitMs),
});

/** A waiting event without its write. Should both be published, receivers know them for one by the event's id. */
export const waitingAlone = (write: Item): Item => {
  const attributes = ["claim", "outbox", "event", "dueAt", "expiresAt"].flatMap((name) => {
    const value = write[name];
    return value ? [[name, value]] : [];
  });
  return { ...Object.fromEntries(attributes), id: { S: `${alone}${write["claim"]?.S ?? write["id"]?.S}` } };
};

/** What the ids of events without their writes begin with. */
const alone = "event ";

/** An event that nobody has published. */
export interface WaitingEvent {
  /** What the index shows of it. */
  readonly item: Item;
  /** Empty where it has none. */
  readonly event: string;
}

/** Events of writes that nobody published: their bus failed, or their Lambda died. */
export interface Outbox {
  /** At most `limit`, those that were tried longest ago first. */
  readonly due: (limit: number) => Promise<readonly WaitingEvent[]>;
  /** Takes an event out, unless its write has moved on meanwhile. Of its write the table forgets what it would have. */
  readonly published: (event: WaitingEvent) => Promise<void>;
  /** Lets an event wait behind the others and without its write, which is forgotten after its 24 hours. */
  readonly postpone: (event: WaitingEvent) => Promise<void>;
  /** Puts an event that cannot be published where it is in nobody's way: in the index under `malformed`, for 14 days. */
  readonly setAside: (event: WaitingEvent) => Promise<void>;
}

export interface OutboxOptions {
  readonly client: Pick<DynamoDBClient, "send">;
  readonly table: string;
  readonly now: () => number;
}

export const createOutbox = ({ client, table: TableName, now }: OutboxOptions): Outbox => {
  /** One conditional change: only while the item is still the one that was found. */
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
    await granted(client.send(new UpdateItemCommand(update)));
  };

  /** An item from before `forgetAt` was written is forgotten a day from now. */
  const published: Outbox["published"] = (event) =>
    change(event, "SET expiresAt = if_not_exists(forgetAt, :soon) REMOVE outbox, dueAt, event", {
      ":soon": timeToLive(now() + keptMs),
    });

  const keepAlone = async (event: WaitingEvent, outbox: "waiting" | "malformed"): Promise<void> => {
    const { item } = event;
    const [state, dueAt, expiresAt] = [{ S: outbox }, number(now()), timeToLive(now() + longestWaitMs)];
    if (item["id"]?.S?.startsWith(alone))
      return change(event, "SET outbox = :state, dueAt = :dueAt", { ":state": state, ":dueAt": dueAt });
    const Item = { ...waitingAlone(item), outbox: state, dueAt, expiresAt };
    await client.send(new PutItemCommand({ TableName, Item }));
    return published(event);
  };

  return {
    due: async (limit) => {
      const query = new QueryCommand({
        TableName,
        IndexName: "outbox",
        KeyConditionExpression: "outbox = :waiting AND dueAt <= :now",
        ExpressionAttributeValues: { ":waiting": { S: "waiting" }, ":now": number(now()) },
        Limit: limit,
      });
      const { Items = [] } = await client.send(query);
      return Items.map((item: Item) => ({ item, event: item["event"]?.S ?? "" }));
    },
    published,
    postpone: (event) => keepAlone(event, "waiting"),
    setAside: (event) => keepAlone(event, "malformed"),
  };
};
