import { GetItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { granted, number, timeToLive } from "#lib/dynamodb.ts";
import type { RemindersTable } from "./table.ts";

/** Which reminders were published. */
export interface Ledger {
  /** `claimed`: ours to publish. `running`: another Lambda claimed it, and may still fail. */
  readonly claim: (reminderId: string) => Promise<"claimed" | "published" | "running">;
  readonly published: (reminderId: string) => Promise<void>;
  /** The bus did not take it: the next Lambda may claim it at once. */
  readonly giveUp: (reminderId: string) => Promise<void>;
}

/** How long a claim holds: longer than a Lambda of this job runs, shorter than a message stays invisible. */
export const leaseMs = 70_000;

/** Longer than the time from any policy's first lead day to the deadline. */
const keptMs = 400 * 24 * 3_600_000;

/** One item per reminder. A conditional write claims it, a second write settles it. */
export const createReminderLedger = ({ client, table: TableName, now }: RemindersTable): Ledger => {
  const keyOf = (reminderId: string) => ({ id: { S: `reminder ${reminderId}` } });

  const isPublished = async (reminderId: string): Promise<boolean> => {
    const get = new GetItemCommand({ TableName, Key: keyOf(reminderId), ConsistentRead: true });
    return (await client.send(get)).Item?.["publishedAt"] !== undefined;
  };

  const set = async (reminderId: string, name: "publishedAt" | "leaseUntil", value: number) => {
    const Key = keyOf(reminderId);
    const UpdateExpression = `SET ${name} = :value`;
    const ExpressionAttributeValues = { ":value": number(value) };
    await client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression, ExpressionAttributeValues }));
  };

  return {
    claim: async (reminderId) => {
      const put = new PutItemCommand({
        TableName,
        Item: { ...keyOf(reminderId), leaseUntil: number(now() + leaseMs), expiresAt: timeToLive(now() + keptMs) },
        ConditionExpression: "attribute_not_exists(id) OR (attribute_not_exists(publishedAt) AND leaseUntil <= :now)",
        ExpressionAttributeValues: { ":now": number(now()) },
      });
      if (await granted(client.send(put))) return "claimed";
      return (await isPublished(reminderId)) ? "published" : "running";
    },
    published: (reminderId) => set(reminderId, "publishedAt", now()),
    giveUp: (reminderId) => set(reminderId, "leaseUntil", 0),
  };
};
