import { parseArgs } from "node:util";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { DeleteItemCommand, DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import type { Item } from "#lib/dynamodb.ts";
import { contractKey, memberKey } from "#lib/events/audit.ts";
import { type Command, Refused, runIfMain } from "./command.ts";
import { stackOutputs } from "./stack-outputs.ts";
import { terminalTable } from "./terminal-table.ts";

const usage = `usage: npm run audit -- list --studio STUDIO (--customer ID | --contract ID) [--stage S] [--region R]
       npm run audit -- forget --studio STUDIO (--customer ID | --contract ID) --yes [--stage S] [--region R]

list    shows what was changed for a member or a contract, by whom, when, for which day, and what the caller was told: that it
        is accepted, or that the outcome is unknown, and what the receipt said
forget  deletes all of that (Art. 17 GDPR). Backups keep it for 35 days.

Of a member, both also find what names only a contract, if another of her events names that contract. Ask for a contract besides
if the apps only ever named that.
`;

const read = (args: readonly string[]) => {
  const options = {
    stage: { type: "string", default: "dev" },
    region: { type: "string", default: "eu-central-1" },
    studio: { type: "string", default: "" },
    customer: { type: "string" },
    contract: { type: "string" },
    yes: { type: "boolean", default: false },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [command = "", ...more] = positionals;
  const { studio, customer, contract } = values;
  const ids = [customer, contract].filter((id) => id !== undefined);
  const isRight = command === "list" || command === "forget";
  if (!isRight || more.length > 0 || studio === "" || ids.length !== 1 || !/^[1-9]\d*$/.test(ids[0] ?? ""))
    throw new Refused(usage.trimEnd());
  return { ...values, command };
};

type Given = ReturnType<typeof read>;

interface Trail {
  readonly client: DynamoDBClient;
  readonly table: string;
}

const queried = async ({ client, table: TableName }: Trail, name: "subject" | "contract", value: string) => {
  const items: Item[] = [];
  const pages = paginateQuery(
    { client },
    {
      TableName,
      ...(name === "contract" && { IndexName: "contract" }),
      KeyConditionExpression: "#name = :value",
      ExpressionAttributeNames: { "#name": name },
      ExpressionAttributeValues: { ":value": { S: value } },
    },
  );
  for await (const { Items = [] } of pages) items.push(...Items);
  return items;
};

const text = (item: Item, name: string): string => item[name]?.S ?? "";

/** Oldest first. A member's contracts are those that her own items name. */
const itemsOf = async (trail: Trail, { studio, customer, contract }: Given): Promise<readonly Item[]> => {
  const own = customer === undefined ? [] : await queried(trail, "subject", memberKey(studio, customer));
  const given = contract === undefined ? [] : [contractKey(studio, contract)];
  const contracts = new Set([...given, ...own.map((item) => text(item, "contract"))].filter((key) => key !== ""));
  const ofContracts = await Promise.all([...contracts].map((key) => queried(trail, "contract", key)));
  const byKey = new Map(
    [...own, ...ofContracts.flat()].map((item) => [`${text(item, "subject")} ${text(item, "at")}`, item]),
  );
  return [...byKey.values()].sort((a, b) => text(a, "at").localeCompare(text(b, "at")));
};

const list = (items: readonly Item[]): string =>
  terminalTable([
    ["RECEIVED (UTC)", "EVENT", "DAY", "CALLER WAS TOLD", "CLIENT", "CUSTOMER", "CONTRACT", "REQUEST"],
    ...items.map((item) => [
      text(item, "receivedAt"),
      text(item, "type"),
      text(item, "requestedDate"),
      toldIn(item),
      ...["clientId", "customerId", "contractId", "requestId"].map((name) => text(item, name)),
    ]),
  ]);

/** The outcome, and what the receipt said of the upstream's state. */
const toldIn = (item: Item): string => {
  const words = ["outcome", "cancelationStatus", "withdrawalStatus"].map((name) => text(item, name));
  const day = text(item, "cancelationDate");
  return `${words.filter((word) => word !== "").join(", ")}${day && ` to ${day}`}`;
};

const forget = async ({ client, table: TableName }: Trail, items: readonly Item[], { yes }: Given): Promise<string> => {
  if (!yes) throw new Refused(`${items.length} events would be deleted. Add --yes to delete them.`);
  for (const { subject = { S: "" }, at = { S: "" } } of items)
    await client.send(new DeleteItemCommand({ TableName, Key: { subject, at } }));
  return `${items.length} events deleted`;
};

const tableOf = async ({ stage, region }: Given): Promise<string> => {
  const table = (await stackOutputs(new CloudFormationClient({ region }), stage)).get("AuditTable");
  if (!table) throw new Refused(`the stage ${stage} keeps no audit yet: deploy this version first`);
  return table;
};

export const audit: Command = async (args) => {
  const given = read(args);
  const trail = { client: new DynamoDBClient({ region: given.region }), table: await tableOf(given) };
  const items = await itemsOf(trail, given);
  return given.command === "list" ? list(items) : forget(trail, items, given);
};

await runIfMain(import.meta.url, audit);
