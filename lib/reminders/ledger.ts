import { GetItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { granted, number, timeToLive } from "#lib/dynamodb.ts";
import { type Ledger, leaseMs } from "./effects.ts";
import type { StoreOptions } from "./members.ts";

/** Longer than any policy's first lead day before a deadline. */
const keptMs = 400 * 24 * 3_600_000;

/** One item a reminder: claimed by one conditional write, settled by another. A claim that is given up can be taken. */
export const createReminderLedger = ({ client, table: TableName, now }: StoreOptions): Ledger => {
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
