import { createHash } from "node:crypto";
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type Item, timeToLive } from "#lib/dynamodb.ts";
import type { SliceMessage } from "./messages.ts";
import type { RemindersTable } from "./table.ts";

/** Which slices of a run are done, so that a message that comes twice does not start a second chain of slices. */
export interface Slices {
  /** Whether the slice with this run, studio and offset was enqueued completely. */
  readonly isDone: (message: SliceMessage) => Promise<boolean>;
  readonly done: (message: SliceMessage) => Promise<void>;
}

/** Longer than a run. */
const keptMs = 48 * 3_600_000;

const keyOf = ({ runId, studioId, offset = "" }: SliceMessage): Item => {
  const slice = createHash("sha256")
    .update(JSON.stringify([runId, studioId, offset]))
    .digest("base64url");
  return { id: { S: `slice ${slice}` } };
};

export const createSlices = ({ client, table: TableName, now }: RemindersTable): Slices => ({
  isDone: async (message) => {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(message), ConsistentRead: true }));
    return Item !== undefined;
  },
  done: async (message) => {
    const Item = { ...keyOf(message), expiresAt: timeToLive(now() + keptMs) };
    await client.send(new PutItemCommand({ TableName, Item }));
  },
});
