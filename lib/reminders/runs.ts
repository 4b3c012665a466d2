import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type Item, number, numberIn, timeToLive } from "#lib/dynamodb.ts";
import type { RemindersTable } from "./table.ts";

/** Which studios' runs come to their end. */
export interface Runs {
  /** A studio's run begins. Returns whether an earlier one is overdue: it began long ago, and none has ended since. */
  readonly begin: (studioId: string) => Promise<boolean>;
  /** The list of the studio's members was read to its end, and everybody in it who is due is in the queue. */
  readonly end: (studioId: string) => Promise<void>;
}

/** Less than from one day's run to the next, also if the clocks change. */
const longestMs = 20 * 3_600_000;

/** A studio that left the secret is forgotten after this. */
const keptMs = 90 * 24 * 3_600_000;

export const createRuns = ({ client, table: TableName, now }: RemindersTable): Runs => {
  const keyOf = (studioId: string): Item => ({ id: { S: `run of ${studioId}` } });

  const mark = async (studioId: string, name: "begunAt" | "endedAt"): Promise<void> => {
    const update = new UpdateItemCommand({
      TableName,
      Key: keyOf(studioId),
      UpdateExpression: "SET #name = :now, expiresAt = :until",
      ExpressionAttributeNames: { "#name": name },
      ExpressionAttributeValues: { ":now": number(now()), ":until": timeToLive(now() + keptMs) },
    });
    await client.send(update);
  };

  return {
    begin: async (studioId) => {
      const get = new GetItemCommand({ TableName, Key: keyOf(studioId), ConsistentRead: true });
      const { Item = {} } = await client.send(get);
      const begunAt = numberIn(Item, "begunAt");
      // The beginning of a run that did not end stays, so that it is overdue until one ends.
      if (begunAt > numberIn(Item, "endedAt")) return begunAt < now() - longestMs;
      await mark(studioId, "begunAt");
      return false;
    },
    end: (studioId) => mark(studioId, "endedAt"),
  };
};
