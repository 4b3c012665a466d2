import { BatchGetItemCommand, DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { chunksOf } from "#lib/chunks.ts";
import { type Item, timeToLive } from "#lib/dynamodb.ts";
import type { Day } from "./calendar.ts";
import type { RemindersTable } from "./table.ts";

/** What the job remembers of members between runs. */
export interface Members {
  /** By customer id, for those that were ever asked for. */
  readonly looks: (studioId: string, customerIds: readonly string[]) => Promise<ReadonlyMap<string, Day>>;
  readonly seen: (studioId: string, customerId: string, found: Found) => Promise<void>;
  /** Makes the member worth asking for in the next run, whatever was found before. */
  readonly forget: (studioId: string, customerId: string) => Promise<void>;
}

interface Found {
  /** From then on the member is worth asking for again. */
  readonly lookFrom: Day;
  /** Of contracts that can still be canceled. */
  readonly deadlines: readonly Day[];
}

/** A member who is not listed any more is forgotten after this; one who comes back is asked for at once. */
const keptMs = 90 * 24 * 3_600_000;

/** DynamoDB's limit of keys in a request. */
const mostKeys = 100;

const keyOf = (studioId: string, customerId: string): Item => ({ id: { S: `member ${customerId} of ${studioId}` } });

export const createMembers = ({ client, table, now }: RemindersTable): Members => {
  const read = async (keys: readonly Item[]): Promise<readonly Item[]> => {
    const RequestItems = { [table]: { Keys: [...keys], ProjectionExpression: "customerId, lookFrom" } };
    const { Responses = {}, UnprocessedKeys = {} } = await client.send(new BatchGetItemCommand({ RequestItems }));
    const rest = UnprocessedKeys[table]?.Keys ?? [];
    return [...(Responses[table] ?? []), ...(rest.length > 0 ? await read(rest) : [])];
  };

  return {
    looks: async (studioId, customerIds) => {
      const looks = new Map<string, Day>();
      const keys = [...new Set(customerIds)].map((customerId) => keyOf(studioId, customerId));
      for (const chunk of chunksOf(keys, mostKeys))
        for (const item of await read(chunk)) looks.set(item["customerId"]?.S ?? "", item["lookFrom"]?.S ?? "");
      return looks;
    },
    seen: async (studioId, customerId, { lookFrom, deadlines }) => {
      const Item: Item = {
        ...keyOf(studioId, customerId),
        customerId: { S: customerId },
        lookFrom: { S: lookFrom },
        deadlines: { L: deadlines.map((day) => ({ S: day })) },
        expiresAt: timeToLive(now() + keptMs),
      };
      await client.send(new PutItemCommand({ TableName: table, Item }));
    },
    forget: async (studioId, customerId) => {
      await client.send(new DeleteItemCommand({ TableName: table, Key: keyOf(studioId, customerId) }));
    },
  };
};
