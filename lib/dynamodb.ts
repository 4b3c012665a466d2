import type {
  AttributeValue,
  DeleteItemCommandInput,
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { Call } from "./aws/service.ts";

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
    if (error instanceof Error && error.name === "ConditionalCheckFailedException") return false;
    throw error;
  }
};

/** The calls of DynamoDB that a Lambda with a route makes. */
export interface DynamoDb {
  readonly get: (input: GetItemCommandInput) => Promise<Item | undefined>;
  readonly put: (input: PutItemCommandInput) => Promise<unknown>;
  readonly update: (input: UpdateItemCommandInput) => Promise<unknown>;
  readonly delete: (input: DeleteItemCommandInput) => Promise<unknown>;
  readonly query: (input: QueryCommandInput) => Promise<readonly Item[]>;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html */
export const createDynamoDb = (call: Call): DynamoDb => ({
  get: async (input) => ((await call("GetItem", input)) as { Item?: Item }).Item,
  put: (input) => call("PutItem", input),
  update: (input) => call("UpdateItem", input),
  delete: (input) => call("DeleteItem", input),
  query: async (input) => ((await call("Query", input)) as { Items?: readonly Item[] }).Items ?? [],
});
