import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { addDays, dayIn } from "#lib/reminders/calendar.ts";
import { hideLog, setClock, theLog } from "../../given.ts";
import type { Reply } from "../../upstream.ts";
import { batchOf, invocation, studioCount, theJob } from "./given.ts";

const { upstream, studios, table, bus, events, sqs, start, list, check, lookAgain } = await theJob();

const today = dayIn("Europe/Berlin", Date.now());
const endsAt = Date.now() + 3_600_000;
let studio = 0;
let studioId = "";
let member = 1_000;
/** A member who was never checked. */
const newMember = () => String(++member);
const messageFor = (customerId: string, change = {}) => ({
  runId: "run-1",
  studioId,
  endsAt,
  customerId,
  ...change,
});

const contract = (about: object = {}) => ({
  id: 7,
  startDate: "2025-01-01",
  endDate: addDays(today, 60),
  rateName: "Basic",
  contractStatus: "ACTIVE",
  price: 20,
  priceDetails: {
    basePrice: { amount: 20, currency: "EUR" },
    currentPrice: { amount: 19.5, currency: "EUR" },
    paymentFrequency: { type: "FREE" },
  },
  lastPossibleCancelationDate: addDays(today, 14),
  ...about,
});
/** The upstream answers that each member has one contract, with these fields. */
const contractsWith = (about: object = {}) =>
  upstream.answerAlways(({ url }): Reply => {
    const [customerId = "0"] = /\d{4,}/.exec(url) ?? [];
    return { body: JSON.stringify([contract(about)]).replace('"id":7', `"id":${customerId}`) };
  });

const failed = (answer: { batchItemFailures: readonly { itemIdentifier: string }[] }) =>
  answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
const received = async (queue: string): Promise<Record<string, unknown>[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl: sqs.queueUrls[queue],
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 3600,
  });
  const { Messages = [] } = await sqs.client.send(command);
  return Messages.length === 0
    ? []
    : [...Messages.map(({ Body = "" }) => JSON.parse(Body)), ...(await received(queue))];
};
let seen = 0;
const published = () => events.slice(seen).map(({ detail }) => detail);
hideLog();
beforeEach(async () => {
  studioId = `studio-${++studio}`;
  upstream.requests.length = 0;
  contractsWith();
  bus.always(undefined);
  await received("members");
  await received("slices");
  seen = events.length;
});

describe("checkMember", () => {
  test("publishes a due reminder with ids as text, and nothing about the person", async () => {
    const customerId = newMember();
    expect(failed(await check(batchOf(messageFor(customerId)), invocation))).toEqual([]);
    expect(events.slice(seen)).toEqual([
      expect.objectContaining({ type: "CancelationReminderDue", source: "perfectgym-gateway", bus: "EventBus" }),
    ]);
    expect(published()).toEqual([
      {
        reminderId: expect.stringMatching(/^[\w-]{43}$/),
        studioId,
        customerId,
        contractId: customerId,
        lastPossibleCancelationDate: addDays(today, 14),
        endDate: addDays(today, 60),
        daysLeft: 14,
        step: 14,
        policy: "default",
        rateName: "Basic",
        currentPrice: { amount: 19.5, currency: "EUR" },
      },
    ]);
  });

  test("publishes once, however often the message comes, and does not call the upstream after the check", async () => {
    const message = messageFor(newMember());
    await check(batchOf(message, message), invocation);
    await check(batchOf(message), invocation);
    expect(published()).toHaveLength(1);
    // One for each message of the first batch: they are checked at the same time.
    expect(upstream.requests).toHaveLength(2);
  });

  test("publishes after redelivery a reminder that the bus refused", async () => {
    const message = messageFor(newMember());
    bus.always("refused");
    expect(failed(await check(batchOf(message), invocation))).toEqual(["message-0"]);
    expect(published()).toEqual([]);
    bus.always(undefined);
    expect(failed(await check(batchOf(message), invocation))).toEqual([]);
    expect(published()).toHaveLength(1);
  });

  test("leaves a reminder to the Lambda that claimed it, and takes it over when the claim has expired", async () => {
    const message = messageFor(newMember());
    const now = Date.now();
    bus.always("hang");
    const before = bus.seen.length;
    void check(batchOf(message), invocation);
    await vi.waitFor(() => expect(bus.seen.length).toBeGreaterThan(before), { timeout: 120_000 });
    bus.always(undefined);
    expect(failed(await check(batchOf(message), invocation))).toEqual([]);
    expect(published()).toEqual([]);
    expect(await sqs.waiting("members")).toBeGreaterThan(0);
    setClock(now + 71_000);
    expect(failed(await check(batchOf(message), invocation))).toEqual([]);
    expect(published()).toHaveLength(1);
  });

  test("publishes again with the same id if it could not record that it published", async () => {
    const message = messageFor(newMember());
    const now = Date.now();
    table.next("UpdateItem", "refused", "refused", "refused");
    expect(failed(await check(batchOf(message), invocation))).toEqual(["message-0"]);
    setClock(now + 71_000);
    expect(failed(await check(batchOf(message), invocation))).toEqual([]);
    const ids = published().map(({ reminderId }) => reminderId);
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
  });

  test.each<[string, object]>([
    ["canceled", { cancelationStatus: "CANCELED", cancelationDate: "2027-01-31" }],
    ["about to be canceled", { cancelationStatus: "PENDING_VERIFICATION" }],
    ["over", { contractStatus: "INACTIVE" }],
    ["past its deadline", { lastPossibleCancelationDate: addDays(today, -1) }],
    ["without a deadline", { lastPossibleCancelationDate: null }],
    ["far from its deadline", { lastPossibleCancelationDate: addDays(today, 31) }],
    ["in an unknown state", { cancelationStatus: "ON_HOLD" }],
  ])("publishes nothing for a contract that is %s", async (_, about) => {
    contractsWith(about);
    expect(failed(await check(batchOf(messageFor(newMember())), invocation))).toEqual([]);
    expect(published()).toEqual([]);
  });

  test("publishes although price, name and end date are not as documented", async () => {
    contractsWith({ priceDetails: null, rateName: 5, endDate: "soon" });
    await check(batchOf(messageFor(newMember())), invocation);
    expect(published()).toEqual([
      expect.objectContaining({ step: 14, rateName: null, currentPrice: null, endDate: null }),
    ]);
  });

  test("logs the kind of error of an unreadable message, and nothing of its text", async () => {
    const lines = theLog();
    await check(batchOf('{"customerId":"MARK"'), invocation);
    expect(lines).toEqual([
      expect.objectContaining({ failed: 1, errors: [expect.objectContaining({ name: "SyntaxError" })] }),
    ]);
    expect(JSON.stringify(lines)).not.toContain("MARK");
  });

  test("checks the other members when some messages fail", async () => {
    const [good, slow, missing] = [newMember(), newMember(), newMember()];
    upstream.answerAlways(({ url }): Reply => {
      if (url.includes(slow)) return { status: 500 };
      if (url.includes(missing)) return { status: 404, body: '{"errorMessage":"There is no such customer"}' };
      return { body: JSON.stringify([contract({ id: Number(good) })]) };
    });
    const batch = batchOf("garbage", { customerId: good }, messageFor(good), messageFor(slow), messageFor(missing));
    expect(failed(await check(batch, invocation))).toEqual(["message-0", "message-1", "message-3"]);
    expect(published().map(({ customerId }) => customerId)).toEqual([good]);
  });

  test.each<[string, Reply]>([
    ["an ingress's 404", { status: 404, headers: { "content-type": "text/plain" }, body: "default backend - 404" }],
    ["a 404 without a body", { status: 404 }],
    ["an API gateway's 404", { status: 404, body: '{"message":"no Route matched with those values"}' }],
    ["a firewall's 403", { status: 403, body: "<html>Blocked</html>" }],
  ])("fails the message on %s, and checks the member after redelivery", async (_, reply) => {
    const lines = theLog();
    const message = messageFor(newMember());
    upstream.answerNext(reply);
    expect(failed(await check(batchOf(message), invocation))).toEqual(["message-0"]);
    expect(lines[0]).toMatchObject({ failed: 1, checked: 0, RemindersFailed: 1 });
    expect(failed(await check(batchOf(message), invocation))).toEqual([]);
    expect(published()).toHaveLength(1);
  });

  test("counts a member whom the key may not read separately, and checks her in the next run", async () => {
    const lines = theLog();
    const [barred, other] = [newMember(), newMember()];
    upstream.answerAlways(({ url }): Reply => {
      const forbidden = { status: 403, body: '{"errorMessage":"No privilege"}' };
      return url.includes(barred) ? forbidden : { body: JSON.stringify([contract({ id: Number(other) })]) };
    });
    expect(failed(await check(batchOf(messageFor(barred), messageFor(other)), invocation))).toEqual([]);
    expect(lines).toEqual([
      expect.objectContaining({ level: "warn", checked: 1, forbidden: 1, MembersChecked: 1, MembersForbidden: 1 }),
    ]);
    expect(lines[0]).not.toHaveProperty("failed");
    contractsWith();
    await check(batchOf(messageFor(barred)), invocation);
    expect(published().map(({ customerId }) => customerId)).toEqual([other, barred]);
  });

  test.each([429, 503])("pauses after a %i, also for other batches, and sends all messages again", async (status) => {
    const before = await sqs.waiting("members");
    setClock(Date.now());
    upstream.answerAlways({ status, headers: { "retry-after": "40" } });
    const messages = Array.from({ length: 3 }, () => messageFor(newMember()));
    expect(failed(await check(batchOf(...messages), invocation))).toEqual([]);
    const asked = upstream.requests.length;
    await check(batchOf(messageFor(newMember())), invocation);
    expect(upstream.requests).toHaveLength(asked);
    expect((await sqs.waiting("members")) - before).toBe(4);
    expect(await received("members")).toEqual([]);
  });

  test("fails the message of a member for whom the upstream is always busy, and checks the others", async () => {
    upstream.answerAlways({ status: 503, body: '{"errorMessage":"busy"}' });
    const always = messageFor(newMember(), { refused: 5 });
    expect(failed(await check(batchOf(always), invocation))).toEqual(["message-0"]);
    contractsWith();
    expect(failed(await check(batchOf(messageFor(newMember())), invocation))).toEqual([]);
    expect(published()).toHaveLength(1);
  });

  test("publishes more reminders than the bus takes at once", async () => {
    const many = Array.from({ length: 13 }, (_, i) => contract({ id: 7_000 + i }));
    upstream.answerAlways({ body: JSON.stringify(many) });
    expect(failed(await check(batchOf(messageFor(newMember())), invocation))).toEqual([]);
    expect(new Set(published().map(({ contractId }) => contractId)).size).toBe(13);
  });

  test("uses the studio's own time zone and policy", async () => {
    setClock(Date.parse("2026-12-31T11:30:00Z"));
    const about = { lastPossibleCancelationDate: "2027-01-01" };
    contractsWith(about);
    await check(batchOf(messageFor(newMember(), { runId: "berlin" })), invocation);
    const own = { baseUrl: upstream.url, apiKey: "key-two", timeZone: "Pacific/Auckland", reminderPolicy: "france" };
    studios.set("studios", JSON.stringify({ ...JSON.parse(studios.get("studios") ?? ""), [studioId]: own }));
    upstream.answerNext({ status: 401 });
    await check(batchOf(messageFor(newMember())), invocation);
    await check(batchOf(messageFor(newMember())), invocation);
    expect(published().map(({ daysLeft, policy }) => `${daysLeft} ${policy}`)).toEqual([
      "1 default",
      "1 default",
      "0 france",
    ]);
  });

  test("logs how many members, and nothing about who they are", async () => {
    const lines = theLog();
    const customerId = newMember();
    upstream.answerAlways({ status: 500, body: '{"errorMessage":"MARK"}' });
    await check(batchOf(messageFor(customerId)), invocation);
    expect(lines).toEqual([
      expect.objectContaining({ operation: "checkMember", level: "warn", failed: 1, checked: 0, upstreamCalls: 1 }),
    ]);
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`MARK|${customerId}|key-`));
  });
});

describe("listMembers", () => {
  const slice = (ids: readonly string[], more = {}) =>
    upstream.answerAlways({
      body: JSON.stringify({
        result: ids.map((id) => ({ id: Number(id), status: "MEMBER" })),
        hasNext: false,
        ...more,
      }),
    });
  const first = (runId: string) => ({ runId, studioId, endsAt });

  test("is started for each studio, and reads members in slices of 500", async () => {
    expect(await start({}, { awsRequestId: "run-a" })).toMatchObject({ runId: "run-a", studios: studioCount });
    const [message] = await received("slices");
    slice([newMember()]);
    expect(failed(await list(batchOf(message), invocation))).toEqual([]);
    expect(upstream.requests.map(({ url }) => url)).toEqual(["/v1/customers?customerStatus=MEMBER&sliceSize=500"]);
  });

  test("is started for another day only in a dry run", async () => {
    await expect(start({ today: "2030-01-01" }, { awsRequestId: "run-p" })).rejects.toThrow("today");
    expect(await start({ today: "2030-01-01", dryRun: true }, { awsRequestId: "run-p" })).toMatchObject({
      runId: "run-p",
    });
  });

  test("enqueues members who were never checked or are due again, and the next slice", async () => {
    const [known, unknown] = [newMember(), newMember()];
    await check(batchOf(messageFor(known)), invocation);
    slice([known, unknown], { hasNext: true, offset: "abc" });
    await list(batchOf(first("run-b")), invocation);
    expect((await received("members")).map(({ customerId }) => customerId)).toEqual([unknown]);
    expect(await received("slices")).toEqual([{ ...first("run-b"), offset: "abc" }]);
    setClock(Date.now() + 7 * 24 * 3_600_000);
    slice([known, unknown]);
    await list(batchOf(first("run-c")), invocation);
    const asked = (await received("members")).filter(({ runId }) => runId === "run-c");
    expect(asked.map(({ customerId }) => customerId).sort()).toEqual([known, unknown]);
  });

  test("reads a slice once in a run", async () => {
    slice([newMember()], { hasNext: true, offset: "next" });
    await list(batchOf(first("run-d")), invocation);
    await list(batchOf(first("run-d")), invocation);
    expect(upstream.requests).toHaveLength(1);
    expect(await received("slices")).toHaveLength(1);
  });

  test.each<[string, Reply]>([
    ["fails", { status: 500 }],
    ["gets an answer of an ingress", { status: 404, body: "default backend - 404" }],
    ["the key may not read", { status: 403, body: '{"errorMessage":"No privilege"}' }],
    ["is not as documented", { body: '{"result":[]}' }],
    ["announces a next slice without an offset", { body: '{"result":[],"hasNext":true}' }],
    ["announces itself as the next slice", { body: '{"result":[],"hasNext":true,"offset":"here"}' }],
  ])("fails the message of a slice that %s", async (_, reply) => {
    upstream.answerAlways(reply);
    expect(failed(await list(batchOf({ ...first("run-e"), offset: "here" }), invocation))).toEqual(["message-0"]);
    expect(await received("slices")).toEqual([]);
  });

  test("fails, and enqueues nobody, for a studio with an unknown policy", async () => {
    const lines = theLog();
    const own = { baseUrl: upstream.url, apiKey: "key-three", reminderPolicy: "nowhere" };
    studios.set("studios", JSON.stringify({ ...JSON.parse(studios.get("studios") ?? ""), [studioId]: own }));
    slice([newMember()]);
    upstream.answerNext({ status: 401 });
    await list(batchOf(first("run-h")), invocation);
    expect(failed(await list(batchOf(first("run-h")), invocation))).toEqual(["message-0"]);
    expect(lines.at(-1)).toMatchObject({ RemindersFailed: 1, errors: [{ name: "RemindersMisconfigured" }] });
    expect(await received("members")).toEqual([]);
  });

  test("sends the message again if the upstream is busy, but not after the end of the run", async () => {
    upstream.answerAlways({ status: 503, headers: { "retry-after": "1" } });
    expect(failed(await list(batchOf(first("run-f")), invocation))).toEqual([]);
    expect(await sqs.waiting("slices")).toBeGreaterThan(0);
    setClock(Date.now() + 60_000);
    const late = { ...first("run-g"), endsAt: Date.now() - 1 };
    expect(failed(await list(batchOf(late), invocation))).toEqual(["message-0"]);
  });
});

test("a member whose contract was changed through the gateway is due for a check at once", async () => {
  const customerId = newMember();
  await check(batchOf(messageFor(customerId)), invocation);
  upstream.requests.length = 0;
  await check(batchOf(messageFor(customerId)), invocation);
  expect(upstream.requests).toEqual([]);
  await lookAgain({ detail: { studioId } });
  await check(batchOf(messageFor(customerId)), invocation);
  expect(upstream.requests).toEqual([]);
  await lookAgain({ detail: { studioId, customerId } });
  await check(batchOf(messageFor(customerId)), invocation);
  expect(upstream.requests).toHaveLength(1);
  expect(published()).toHaveLength(1);
});

test("a change through the gateway while the member is checked keeps her due", async () => {
  const customerId = newMember();
  await check(batchOf(messageFor(customerId)), invocation);
  await lookAgain({ detail: { studioId, customerId } });
  // The table puts the item of a check only after its contracts were read: the change comes between.
  table.onRequest = async (operation, moment) => {
    if (operation !== "PutItem" || moment !== "before") return;
    table.onRequest = () => {};
    await lookAgain({ detail: { studioId, customerId } });
  };
  await check(batchOf(messageFor(customerId)), invocation);
  upstream.requests.length = 0;
  await check(batchOf(messageFor(customerId)), invocation);
  expect(upstream.requests).toHaveLength(1);
});

test("a run begins for each studio before its messages are sent: it may end before the function that starts it", async () => {
  table.always("refused");
  await expect(start({}, { awsRequestId: "run-unnoted" })).rejects.toThrow();
  table.always(undefined);
  expect(await received("slices")).toEqual([]);
});

test("a run that did not read a studio's list to its end is overdue at the start of a later one, until one ends", async () => {
  const log = theLog();
  /** How many studios are overdue, of which one is this test's own. */
  const overdueAfter = async (hours: number, runId: string) => {
    setClock(Date.now() + hours * 3_600_000);
    await start({}, { awsRequestId: runId });
    return log.findLast(({ operation }) => operation === "startReminderRun") ?? {};
  };
  const endRun = (runId: string) => {
    upstream.answerAlways({ body: '{"result":[],"hasNext":false}' });
    return list(batchOf({ runId, studioId, endsAt: Date.now() + 3_600_000 }), invocation);
  };
  // Later than any time at which another test ended a run.
  await overdueAfter(30 * 24, "run-0");
  await endRun("run-0");
  // The runs of all other studios stay overdue from here on.
  expect(await overdueAfter(24, "run-1")).toMatchObject({ unfinished: studioCount - 1 });
  expect(await overdueAfter(1, "run-1-again")).toMatchObject({ unfinished: studioCount - 1 });
  expect(await overdueAfter(24, "run-2")).toMatchObject({ unfinished: studioCount, RunsUnfinished: studioCount });
  await start({ dryRun: true }, { awsRequestId: "dry" });
  expect(await overdueAfter(24, "run-3")).toMatchObject({ unfinished: studioCount });
  await endRun("run-3");
  expect(await overdueAfter(24, "run-4")).toMatchObject({ unfinished: studioCount - 1 });
});
