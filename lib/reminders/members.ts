import {
  type AttributeValue,
  BatchGetItemCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { chunksOf } from "#lib/chunks.ts";
import { granted, type Item, number, timeToLive } from "#lib/dynamodb.ts";
import type { Day } from "./calendar.ts";
import type { KnownModules } from "./modules.ts";
import type { RemindersTable } from "./table.ts";

/** What the job remembers of members between runs. */
export interface Members {
  /** The day of the next check by customer id, without the members who were never checked. */
  readonly nextChecks: (studioId: string, customerIds: readonly string[]) => Promise<ReadonlyMap<string, Day>>;
  readonly recordCheck: (studioId: string, customerId: string, check: Check) => Promise<void>;
  readonly knownModules: (studioId: string, customerId: string) => Promise<KnownModules>;
  /**
   * Makes the member due for a check in the next run, also if a check is under way that began before. Her modules are
   * remembered, but their list must be read again.
   */
  readonly makeDue: (studioId: string, customerId: string) => Promise<void>;
}

interface Check {
  /** When the member's contracts began to be read, in milliseconds since the epoch. */
  readonly begunAt: number;
  readonly nextCheck: Day;
  /** Of contracts that can still be canceled. */
  readonly deadlines: readonly Day[];
  /** Absent: the job does not ask for modules. */
  readonly modules?: KnownModules;
}

interface Asked {
  readonly studioId: string;
  readonly customerIds: readonly string[];
  readonly today: Day;
}

/** Those who are due for a check: their day has come, or they were never checked. In the order of `customerIds`. */
export const membersDue = async (
  members: Pick<Members, "nextChecks">,
  { studioId, customerIds, today }: Asked,
): Promise<readonly string[]> => {
  const nextChecks = await members.nextChecks(studioId, customerIds);
  return customerIds.filter((customerId) => (nextChecks.get(customerId) ?? today) <= today);
};

/** A member who left the list is forgotten after this. One who comes back is checked at once. */
const keptMs = 90 * 24 * 3_600_000;

/** In milliseconds: more than the clocks of two Lambdas differ. */
const clockSkewMs = 5_000;

/** DynamoDB reads this many items in one request. */
const mostKeys = 100;

const keyOf = (studioId: string, customerId: string): Item => ({ id: { S: `member ${customerId} of ${studioId}` } });

/** Keeps one item per member. Its attribute `lookFrom` is the day of the next check. */
export const createMembers = ({ client, table, now }: RemindersTable): Members => {
  const read = async (keys: readonly Item[]): Promise<readonly Item[]> => {
    const RequestItems = { [table]: { Keys: [...keys], ProjectionExpression: "customerId, lookFrom" } };
    const { Responses = {}, UnprocessedKeys = {} } = await client.send(new BatchGetItemCommand({ RequestItems }));
    const rest = UnprocessedKeys[table]?.Keys ?? [];
    return [...(Responses[table] ?? []), ...(rest.length > 0 ? await read(rest) : [])];
  };

  return {
    nextChecks: async (studioId, customerIds) => {
      const nextChecks = new Map<string, Day>();
      const keys = [...new Set(customerIds)].map((customerId) => keyOf(studioId, customerId));
      for (const chunk of chunksOf(keys, mostKeys))
        for (const item of await read(chunk)) nextChecks.set(item["customerId"]?.S ?? "", item["lookFrom"]?.S ?? "");
      return nextChecks;
    },
    knownModules: async (studioId, customerId) => {
      const get = new GetItemCommand({ TableName: table, Key: keyOf(studioId, customerId), ConsistentRead: true });
      return modulesIn((await client.send(get)).Item ?? {});
    },
    recordCheck: async (studioId, customerId, { begunAt, nextCheck, deadlines, modules }) => {
      const known: Item = {
        ...keyOf(studioId, customerId),
        customerId: { S: customerId },
        deadlines: { L: deadlines.map((day) => ({ S: day })) },
        ...(modules && attributesOf(modules)),
        expiresAt: timeToLive(now() + keptMs),
      };
      const put = new PutItemCommand({
        TableName: table,
        Item: { ...known, lookFrom: { S: nextCheck } },
        ConditionExpression: "attribute_not_exists(changedAt) OR changedAt < :read",
        ExpressionAttributeValues: { ":read": number(begunAt - clockSkewMs) },
      });
      if (await granted(client.send(put))) return;
      // She changed something while she was checked: what was read may be old, so she stays due, and so does her list.
      const { listedOn: _, ...old } = known;
      await client.send(new PutItemCommand({ TableName: table, Item: old }));
    },
    makeDue: async (studioId, customerId) => {
      const update = new UpdateItemCommand({
        TableName: table,
        Key: keyOf(studioId, customerId),
        UpdateExpression: "SET changedAt = :now REMOVE lookFrom, listedOn",
        ConditionExpression: "attribute_exists(id)",
        ExpressionAttributeValues: { ":now": number(now()) },
      });
      // A member who was never checked is due anyway.
      await granted(client.send(update));
    },
  };
};

const textOf = (value: AttributeValue | undefined, name: string): string | undefined => value?.M?.[name]?.S;

const modulesIn = ({ listedOn, modules }: Item): KnownModules => ({
  listedOn: listedOn?.S,
  modules: (modules?.L ?? []).map((each) => ({
    contractId: textOf(each, "contractId") ?? "",
    id: textOf(each, "id") ?? "",
    endDate: textOf(each, "endDate"),
    readOn: textOf(each, "readOn"),
    deadline: textOf(each, "deadline"),
  })),
});

const attributesOf = ({ listedOn, modules }: KnownModules): Item => ({
  ...(listedOn !== undefined && { listedOn: { S: listedOn } }),
  modules: { L: modules.map((each) => ({ M: textsOf(each) })) },
});

const textsOf = (texts: object): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(texts).flatMap(([name, S]) => (S === undefined ? [] : [[name, { S }]])));
