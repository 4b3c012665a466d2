import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, test } from "vitest";
import { addDays, type Day } from "#lib/reminders/calendar.ts";
import { hideLog, setClock, theLog } from "../../given.ts";
import type { Reply } from "../../upstream.ts";
import { batchOf, invocation, theJob } from "./given.ts";

const job = await theJob({ modules: true });
const { upstream, bus, events, sqs } = job;

const firstDay = "2026-11-02";
const type = "AdditionalModuleCancelationReminderDue";
const notFound: Reply = { status: 404, body: '{"errorMessage":"There is no such add-on"}' };
const noPrivilege: Reply = { status: 403, body: '{"errorMessage":"No privilege"}' };

let today: Day;
let place = 0;
let studioId: string;
let customerId: string;
let seen: number;
/** Booked modules by id: the fields of their reading, or an answer instead. */
const booked = new Map<string, object | (() => Reply)>();
/** Fields of the list, by the module's id. */
const listed = new Map<string, object>();
let contractStatus: object;
let list: (() => Reply) | undefined;

const moduleContract = (about: object) => ({
  name: "Sauna",
  price: { amount: 9.9, currency: "EUR" },
  startDate: "2026-01-01",
  endDate: "2027-06-30",
  contractCancelationCanBeWithdrawn: false,
  ...about,
});

const replyTo = (url: string): Reply => {
  const [, moduleId] = /additional-module-contracts\/(\d+)$/.exec(url) ?? [];
  if (moduleId !== undefined) {
    const about = booked.get(moduleId) ?? (() => notFound);
    return typeof about === "function" ? about() : { body: JSON.stringify(moduleContract(about)) };
  }
  if (url.startsWith("/v1/customers/")) {
    const moduleContracts = [...booked.keys()].map((id) => ({
      id: Number(id),
      rateName: "Sauna",
      contractStatus: "ACTIVE",
      cancelled: false,
      ...listed.get(id),
    }));
    return list?.() ?? { body: JSON.stringify([{ id: 7, contractStatus: "ACTIVE", moduleContracts }]) };
  }
  return { body: JSON.stringify([{ id: 7, contractStatus: "ACTIVE", ...contractStatus }]) };
};

const lastPossible = (days: number, about: object = {}) => ({
  lastPossibleCancelationDate: addDays(firstDay, days),
  ...about,
});

/** The run of a day: checks the member if she is due, and returns what kind of further call she took. */
const runOn = async (day: number): Promise<readonly string[]> => {
  today = addDays(firstDay, day);
  setClock(Date.parse(`${today}T06:00:00Z`));
  upstream.requests.length = 0;
  const endsAt = Date.now() + 3_600_000;
  const answer = await job.check(batchOf({ runId: `run-${day}`, studioId, endsAt, customerId }), invocation);
  expect(answer.batchItemFailures).toEqual([]);
  const urls = upstream.requests.map(({ url }) => url);
  expect(urls.filter((url) => url.endsWith("/contract-data"))).toHaveLength(urls.length > 0 ? 1 : 0);
  return urls.filter((url) => !url.endsWith("/contract-data")).map((url) => /modul.*\/(\d+)$/.exec(url)?.[1] ?? "list");
};

/** Runs on each day from `from` to `to`, and what each day took: at most one further call. */
const runDaily = async (from: number, to: number) => {
  const calls: Record<number, string> = {};
  for (let day = from; day <= to; day++) {
    const further = await runOn(day);
    expect(further.length).toBeLessThanOrEqual(1);
    if (further[0] !== undefined) calls[day] = further[0];
  }
  return calls;
};

const published = () => events.slice(seen).filter((event) => event.type === type);
/** Day of the deadline, days left and module of each reminder. */
const told = () =>
  published().map(
    ({ detail }) => `${detail["additionalModuleContractId"]}: ${detail["daysLeft"]} of ${detail["step"]}`,
  );

hideLog();
beforeEach(() => {
  studioId = `studio-${++place}`;
  customerId = String(5_000 + place);
  booked.clear();
  listed.clear();
  contractStatus = {};
  list = undefined;
  upstream.answerAlways(({ url }) => replyTo(url));
  bus.always(undefined);
  seen = events.length;
});

describe("modules", () => {
  test("are found by the first check and read by the next ones, and each step is published once, on its day", async () => {
    booked.set("21", lastPossible(40));
    const calls = await runDaily(0, 45);
    expect(told()).toEqual(["21: 30 of 30", "21: 14 of 14", "21: 3 of 3"]);
    const reads = Object.entries(calls).flatMap(([day, call]) => (call === "21" ? [Number(day)] : []));
    // Found, three lead days, and once more after the deadline passed: it may have got another one.
    expect(reads.slice(0, 4)).toEqual([1, 10, 26, 37]);
    expect(reads.slice(4)).toEqual([expect.any(Number)]);
  });

  test("have an event of their own type, with ids as text, and nothing about the person", async () => {
    booked.set("21", lastPossible(10));
    await runDaily(0, 1);
    expect(published().map(({ detail }) => detail)).toEqual([
      {
        reminderId: expect.stringMatching(/^[\w-]{43}$/),
        studioId,
        customerId,
        contractId: "7",
        additionalModuleContractId: "21",
        lastPossibleCancelationDate: addDays(firstDay, 10),
        endDate: "2027-06-30",
        daysLeft: 9,
        step: 14,
        policy: "default",
        name: "Sauna",
        price: { amount: 9.9, currency: "EUR" },
        asOf: addDays(firstDay, 1),
      },
    ]);
  });

  test("are read one a day while they are unread, and due ones by their deadline", async () => {
    booked.set("21", lastPossible(60));
    booked.set("22", lastPossible(12));
    booked.set("23", lastPossible(11));
    const calls = await runDaily(0, 9);
    expect([calls[0], calls[1], calls[2], calls[3]]).toEqual(["list", "21", "22", "23"]);
    // Both reach their last step, one day after the other.
    expect([calls[8], calls[9]]).toEqual(["23", "22"]);
    expect(told()).toEqual(["22: 10 of 14", "23: 8 of 14", "23: 3 of 3", "22: 3 of 3"]);
  });

  test("that share a last day are all told of it, also more than there are days: with the day they were read", async () => {
    for (const id of ["21", "22", "23", "24", "25", "26"]) booked.set(id, lastPossible(30));
    await runDaily(0, 30);
    const last = published().filter(({ detail }) => detail["step"] === 3);
    expect(last.map(({ detail }) => detail["daysLeft"])).toEqual([3, 2, 1, 0, 0, 0]);
    const read = last.map(({ detail }) => detail["asOf"] === addDays(firstDay, 30 - Number(detail["daysLeft"])));
    expect(read).toEqual([true, true, true, true, false, false]);
    expect(new Set(last.map(({ detail }) => detail["additionalModuleContractId"])).size).toBe(6);
  });

  test("are not told of from memory after the member changed something through the gateway", async () => {
    for (const id of ["21", "22"]) booked.set(id, lastPossible(20));
    await runDaily(0, 10);
    seen = events.length;
    await job.lookAgain({ detail: { studioId, customerId, additionalModuleContractId: "22" } });
    // The run was down in between, so both are due on their last day.
    expect(await runOn(20)).toEqual(["21"]);
    expect(told()).toEqual(["21: 0 of 3"]);
  });

  test("are listed again if the member changed something while she was checked", async () => {
    booked.set("21", lastPossible(60));
    await runDaily(0, 1);
    const change = () => job.lookAgain({ detail: { studioId, customerId } });
    await change();
    job.table.onRequest = async (operation, moment) => {
      if (operation !== "PutItem" || moment !== "before") return;
      job.table.onRequest = () => {};
      await change();
    };
    expect(await runOn(2)).toEqual(["list"]);
    expect(await runOn(3)).toEqual(["list"]);
  });

  test.each<[string, object]>([
    ["is canceled", { contractCancelationStatus: "CANCELED" }],
    ["is about to be canceled", { contractCancelationStatus: "PENDING_VERIFICATION" }],
    ["is in an unknown state", { contractCancelationStatus: "ON_HOLD" }],
    ["has no deadline", { lastPossibleCancelationDate: null }],
    ["is past its deadline", { lastPossibleCancelationDate: addDays(firstDay, -1) }],
  ])("nothing is published of one that %s", async (_, about) => {
    booked.set("21", lastPossible(10, about));
    expect(await runDaily(0, 1)).toEqual({ 0: "list", 1: "21" });
    await runDaily(2, 12);
    expect(told()).toEqual([]);
  });

  test.each<[string, object]>([
    ["canceled", { cancelled: true }],
    ["not active", { contractStatus: "INACTIVE" }],
    ["over", { endDate: addDays(firstDay, -1) }],
  ])("one that the list shows as %s is not read", async (_, about) => {
    booked.set("21", lastPossible(10));
    listed.set("21", about);
    expect(new Set(Object.values(await runDaily(0, 12)))).toEqual(new Set(["list"]));
  });

  test("a cancelation since the last reading is seen before a step is published", async () => {
    booked.set("21", lastPossible(10));
    await runDaily(0, 6);
    expect(told()).toEqual(["21: 9 of 14"]);
    booked.set("21", lastPossible(10, { contractCancelationStatus: "CANCELED" }));
    await runDaily(7, 12);
    expect(told()).toHaveLength(1);
  });

  test("one that is gone, or whose list is gone, is none", async () => {
    booked.set("21", () => notFound);
    expect(await runDaily(0, 1)).toEqual({ 0: "list", 1: "21" });
    list = () => notFound;
    await runDaily(2, 16);
    expect(told()).toEqual([]);
  });

  test("one whose term changed in the list is read again", async () => {
    booked.set("21", lastPossible(90));
    listed.set("21", { endDate: "2027-01-31" });
    await runDaily(0, 7);
    listed.set("21", { endDate: "2026-12-31" });
    booked.set("21", lastPossible(20));
    await runDaily(8, 18);
    expect(told()).toContain("21: 3 of 3");
  });

  test("which the key may not read are tried again a period later, and contracts are told of all the same", async () => {
    const lines = theLog();
    contractStatus = lastPossible(17);
    booked.set("21", () => noPrivilege);
    const calls = await runDaily(0, 13);
    expect(Object.values(calls).filter((call) => call === "21").length).toBeLessThanOrEqual(4);
    expect(told()).toEqual([]);
    expect(events.slice(seen).map(({ detail }) => detail["step"])).toEqual([30, 14]);
    const warned = lines.filter(({ modulesForbidden }) => modulesForbidden === 1);
    expect(warned.length).toBe(Object.values(calls).filter((call) => call === "21").length);
    expect(warned[0]).toMatchObject({ level: "warn", checked: 1, ModulesForbidden: 1 });
    const unwarned = lines.filter((line) => !warned.includes(line));
    expect(unwarned.some((line) => "ModulesForbidden" in line)).toBe(false);
    booked.set("21", lastPossible(17));
    await runDaily(14, 17);
    expect(told()).toEqual(["21: 3 of 3"]);
  });

  test("fail the message on an error of the upstream, after the contracts' reminders, and are tried again", async () => {
    contractStatus = lastPossible(14);
    booked.set("21", lastPossible(10));
    await runOn(0);
    contractStatus = lastPossible(15);
    booked.set("21", () => ({ status: 500 }));
    setClock(Date.parse(`${addDays(firstDay, 1)}T06:00:00Z`));
    const message = { runId: "run-1", studioId, endsAt: Date.now() + 3_600_000, customerId };
    expect((await job.check(batchOf(message), invocation)).batchItemFailures).toHaveLength(1);
    expect(events.slice(seen).map(({ detail }) => detail["contractId"])).toEqual(["7", "7"]);
    booked.set("21", lastPossible(10));
    expect(await runOn(1)).toEqual(["21"]);
    expect(told()).toEqual(["21: 9 of 14"]);
  });

  test("a busy upstream postpones the member", async () => {
    booked.set("21", lastPossible(10));
    await runOn(0);
    booked.set("21", () => ({ status: 503, headers: { "retry-after": "1" } }));
    expect(await runOn(1)).toEqual(["21"]);
    expect(await sqs.waiting("members")).toBeGreaterThan(0);
  });

  test("a purchase or a withdrawal through the gateway makes the next run read the list, and forgets no module", async () => {
    booked.set("21", lastPossible(60));
    await runDaily(0, 1);
    booked.set("22", lastPossible(20));
    expect(await runOn(1)).toEqual([]);
    await job.lookAgain({ detail: { studioId, customerId } });
    expect(await runDaily(2, 3)).toEqual({ 2: "list", 3: "22" });
    expect(told()).toEqual(["22: 17 of 30"]);
  });

  test("an event about a member who was never checked leaves nothing behind", async () => {
    await job.lookAgain({ detail: { studioId, customerId } });
    const Key = { id: { S: `member ${customerId} of ${studioId}` } };
    const { Item } = await new DynamoDBClient({}).send(new GetItemCommand({ TableName: "RemindersTable", Key }));
    expect(Item).toBeUndefined();
  });

  test("of a member without a contract are not asked for", async () => {
    upstream.answerAlways(({ url }) => (url.endsWith("/contract-data") ? { body: "[]" } : replyTo(url)));
    expect(await runOn(0)).toEqual([]);
  });

  test("a dry run reads, tells, and records nothing", async () => {
    booked.set("21", lastPossible(10));
    await runOn(0);
    setClock(Date.parse(`${addDays(firstDay, 1)}T06:00:00Z`));
    const message = { runId: "dry", studioId, endsAt: Date.now() + 3_600_000, customerId, dryRun: true };
    const { reminders } = await job.check(batchOf(message), invocation);
    expect(reminders).toEqual([expect.objectContaining({ additionalModuleContractId: "21", daysLeft: 9 })]);
    expect(told()).toEqual([]);
    expect(await runOn(1)).toEqual(["21"]);
  });
});
