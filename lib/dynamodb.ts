import { type AttributeValue, ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";

/** The attributes of one item in DynamoDB. */
export type Item = Readonly<Record<string, AttributeValue>>;

export const number = (value: number): AttributeValue => ({ N: String(value) });

/** A number attribute of an item. 0 if it has none. */
export const numberIn = (item: Item, name: string): number => Number(item[name]?.N ?? 0);

/** Turns milliseconds into seconds, which DynamoDB's time to live counts in. */
export const timeToLive = (ms: number): AttributeValue => number(Math.ceil(ms / 1000));

/** Whether a conditional write was made. False if its condition was not met. */
export const granted = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};
