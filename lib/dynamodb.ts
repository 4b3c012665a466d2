import { type AttributeValue, ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";

/** What DynamoDB keeps under one key. */
export type Item = Readonly<Record<string, AttributeValue>>;

export const number = (value: number): AttributeValue => ({ N: String(value) });

/** A number of an item; 0 where it has none. */
export const numberIn = (item: Item, name: string): number => Number(item[name]?.N ?? 0);

/** DynamoDB's time to live counts in seconds. */
export const timeToLive = (ms: number): AttributeValue => number(Math.ceil(ms / 1000));

/** Whether a conditional write was made; false where its condition did not hold. */
export const granted = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};
