import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { credentials } from "#infra/local/dynamodb.ts";
import { createLambda, FunctionFailed } from "#infra/local/lambda.ts";
import { createDice } from "#infra/sandbox/members/dice.ts";
import { startFaulty } from "../faulty.ts";
import { environmentFor, type World } from "./world.ts";

export interface Drain {
  /** Publishes without faults until no event waits. */
  readonly finish: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const everyMs = 700;

/** As deployed. With less, the function would begin no batch. */
const timeoutSeconds = 27;

/** In milliseconds. Ends a hang: an event that is never published is a fault, not a reason to wait. */
const longestFinishMs = 300_000;

/** Runs the scheduled function that publishes waiting events during the runs, with faults of its own. */
export const startDrain = async (world: World, seed: number): Promise<Drain> => {
  const [table, bus] = [await startFaulty(world.dynamodb.url), await startFaulty(world.eventBridge.url)];
  const lambda = createLambda({
    name: "publishWaitingEvents",
    bundle: world.bundles("publishWaitingEvents"),
    memorySize: 512,
    timeoutSeconds,
    environment: environmentFor(world, { secretId: "none", tableUrl: table.url, busUrl: bus.url }),
    onLog: () => {},
  });
  const dice = createDice(seed, -1);
  let isOver = false;
  bus.onRequest = async (_, moment) => {
    if (!isOver && moment === "after" && dice.onceIn(5)) await lambda.kill();
  };
  const drain = async () => {
    if (!isOver && dice.onceIn(3)) bus.next("PutEvents", dice.pick(["refused", "answer-lost"] as const));
    if (!isOver && dice.onceIn(5)) table.next("UpdateItem", dice.pick(["refused", "answer-lost"] as const));
    await lambda.invoke({ source: "aws.scheduler" }).catch(unlessFailed);
  };
  const client = new DynamoDBClient({ endpoint: world.dynamodb.url, region: "local", credentials });
  const work = (async () => {
    while (!isOver) await Promise.all([drain(), sleep(everyMs)]);
  })();
  return {
    finish: async () => {
      isOver = true;
      await work;
      const giveUpAt = Date.now() + longestFinishMs;
      for (let dueAt = await nextDueAt(client); dueAt !== undefined; dueAt = await nextDueAt(client)) {
        if (Date.now() > giveUpAt) throw new Error("events still wait after minutes without faults");
        await sleep(Math.max(0, dueAt - Date.now()));
        await drain();
      }
    },
    close: async () => {
      client.destroy();
      await lambda.close();
      for (const each of [table, bus]) each.close();
    },
  };
};

const unlessFailed = (error: unknown): void => {
  if (!(error instanceof FunctionFailed)) throw error;
};

/** When the next waiting event may be published, in milliseconds since the epoch. Undefined if none waits. */
const nextDueAt = async (client: DynamoDBClient): Promise<number | undefined> => {
  const scan = new ScanCommand({ TableName: "WritesTable", FilterExpression: "attribute_exists(outbox)" });
  const { Items = [] } = await client.send(scan);
  if (Items.length === 0) return undefined;
  return Math.min(...Items.map((item) => Number(item["dueAt"]?.N)));
};
