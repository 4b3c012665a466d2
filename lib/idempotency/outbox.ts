import { type DynamoDBClient, QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { granted, type Item, number, timeToLive } from "#lib/tables.ts";

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
  return { ...Object.fromEntries(attributes), id: { S: `event ${write["claim"]?.S}` } };
};

/** An event that nobody has published. */
export interface WaitingEvent {
  readonly id: string;
  readonly claim: string;
  readonly event: string;
}

/** Events of writes that nobody published: their bus failed, or their Lambda died. */
export interface Outbox {
  /** At most `limit`, those that have waited longest first. */
  readonly due: (limit: number) => Promise<readonly WaitingEvent[]>;
  /** Takes an event out, unless its write has moved on meanwhile. */
  readonly published: (event: WaitingEvent) => Promise<void>;
}

export interface OutboxOptions {
  readonly client: Pick<DynamoDBClient, "send">;
  readonly table: string;
  readonly now: () => number;
}

export const createOutbox = ({ client, table: TableName, now }: OutboxOptions): Outbox => ({
  due: async (limit) => {
    const query = new QueryCommand({
      TableName,
      IndexName: "outbox",
      KeyConditionExpression: "outbox = :waiting AND dueAt <= :now",
      ExpressionAttributeValues: { ":waiting": { S: "waiting" }, ":now": number(now()) },
      Limit: limit,
    });
    const { Items = [] } = await client.send(query);
    return Items.map((item: Item) => ({
      id: item["id"]?.S ?? "",
      claim: item["claim"]?.S ?? "",
      event: item["event"]?.S ?? "",
    }));
  },
  published: async ({ id, claim, event }) => {
    const update = {
      TableName,
      Key: { id: { S: id } },
      UpdateExpression: "REMOVE outbox, dueAt, event",
      ConditionExpression: "claim = :claim AND event = :event",
      ExpressionAttributeValues: { ":claim": { S: claim }, ":event": { S: event } },
    };
    await granted(client.send(new UpdateItemCommand(update)));
  },
});
