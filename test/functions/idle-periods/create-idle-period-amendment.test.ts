import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createIdlePeriodAmendment } from "#lib/operations/idle-periods.ts";
import { setClock } from "#test/given.ts";
import type { Reply, Seen } from "#test/upstream.ts";
import { serves, unreadable } from "../serves.ts";

const body = { startDate: "2027-01-15", temporalUnit: "MONTH", termValue: 1, reasonId: 2002 };
const served = serves(createIdlePeriodAmendment, {
  load: () => import("#functions/idle-periods/create-idle-period-amendment.ts"),
  params: { contractId: "1000" },
  body,
  answer: '{"id": 9007199254740993, "state": "PENDING_VERIFICATION", "startDate": "2027-01-15"}',
  notJson: unreadable.write,
});

const ours = {
  id: 7,
  startDate: "2027-01-15",
  endDate: "2027-02-14",
  state: "ACCEPTED",
  idlePeriodReason: { id: 2002 },
};
const lists = (...current: readonly object[]): Reply => ({
  body: JSON.stringify({ pastIdlePeriods: [], currentAndUpcomingIdlePeriods: current }),
});
const upstreamWith = (write: Reply, read: Reply) =>
  served.upstream.answerAlways(({ method }: Seen) => (method === "GET" ? read : write));
const writes = () => served.upstream.requests.filter(({ method }) => method === "POST").length;
const lost: Reply = { instead: "reset" };
const keyed = (key = randomUUID()) => ({ headers: { "idempotency-key": key } });

test.each<[string, object, string]>([
  ["no reason", { ...body, reasonId: undefined }, "/data/reasonId"],
  ["an end, which only shortens", { ...body, endDate: "2027-02-01" }, "/data/endDate"],
  ["a term of an unlimited pause", { ...body, unlimited: true }, "/data/unlimited"],
])("refuses %s without calling the upstream", async (_, given, pointer) => {
  expect(await served.send({ body: given })).toBeProblem(400, { pointers: [pointer] });
  expect(served.upstream.requests).toEqual([]);
});

test("keeps no link to a document for a repeat", async () => {
  served.upstream.answerAlways({
    body: '{"id":9007199254740993,"documentUrl":"https://example.com/link","state":"ACCEPTED"}',
  });
  const key = keyed();
  expect((await served.send(key)).text).toContain("link");
  const repeat = await served.send(key);
  expect(repeat.headers["idempotent-replayed"]).toBe("true");
  expect(repeat.text).toBe('{"id":9007199254740993,"state":"ACCEPTED"}');
});

describe("a lost answer", () => {
  test.each<[string, object]>([
    ["accepted", ours],
    ["waiting for the studio", { ...ours, state: "PENDING_VERIFICATION" }],
    ["in a studio that counts to the first day after", { ...ours, endDate: "2027-02-15" }],
  ])("is settled by a repeat that sees the pause, %s", async (_, shown) => {
    upstreamWith(lost, lists(shown));
    const key = keyed();
    expect(await served.send(key)).toBeProblem(502, { code: "upstream-unavailable", outcome: "unknown" });
    const repeat = await served.send(key);
    expect(repeat.json).toMatchObject({ id: 7, startDate: "2027-01-15", endDate: (shown as typeof ours).endDate });
    expect(writes()).toBe(1);
  });

  test.each<[string, string, number, string, string]>([
    ["days", "DAY", 10, "2027-01-15", "2027-01-24"],
    ["weeks", "WEEK", 2, "2027-01-15", "2027-01-28"],
    ["a month that is shorter", "MONTH", 1, "2027-01-31", "2027-02-28"],
    ["months over the end of a year", "MONTH", 2, "2027-12-01", "2028-01-31"],
  ])("is known by its end after a term of %s", async (_, temporalUnit, termValue, startDate, endDate) => {
    upstreamWith(lost, lists({ ...ours, startDate, endDate }));
    const sent = { ...keyed(), body: { startDate, temporalUnit, termValue, reasonId: 2002 } };
    await served.send(sent);
    expect((await served.send(sent)).status).toBe(200);
    expect(writes()).toBe(1);
  });

  test("of an unlimited pause is known by that, whatever its end is written as", async () => {
    upstreamWith(lost, lists({ ...ours, unlimited: true, endDate: "2099-12-31" }));
    const sent = { ...keyed(), body: { startDate: "2027-01-15", unlimited: true, reasonId: 2002 } };
    await served.send(sent);
    expect((await served.send(sent)).json).toMatchObject({ id: 7, unlimited: true });
  });

  test.each<[string, Reply]>([
    ["has another length", lists({ ...ours, endDate: "2027-04-14" })],
    ["has another reason", lists({ ...ours, idlePeriodReason: { id: 2003 } })],
    ["is unlimited", lists({ ...ours, unlimited: true })],
    ["overlaps it", lists({ ...ours, startDate: "2027-01-01", endDate: "2027-01-15" })],
    [
      "waits, for another time",
      lists({ ...ours, startDate: "2027-09-01", endDate: "2027-09-30", state: "PENDING_VERIFICATION" }),
    ],
    ["cannot be read", lists({ id: "seven" })],
    ["is in lists that make no sense", { body: '{"idlePeriods":[]}' }],
  ])("stays in doubt, and nothing is sent again, where a pause %s", async (_, read) => {
    upstreamWith(lost, read);
    const key = keyed();
    const start = Date.now();
    await served.send(key);
    setClock(start + 120_000);
    expect(await served.send(key)).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(writes()).toBe(1);
  });

  test("is sent again only once no read can lag behind it, where another pause is over before", async () => {
    upstreamWith(lost, lists({ ...ours, startDate: "2027-01-01", endDate: "2027-01-14" }));
    const key = keyed();
    const start = Date.now();
    await served.send(key);
    setClock(start + 40_000);
    const early = await served.send(key);
    expect(early).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(Number(early.headers["retry-after"])).toBeGreaterThan(10);
    expect(writes()).toBe(1);
    setClock(start + 120_000);
    await served.send(key);
    expect(writes()).toBe(2);
  });

  test("is not denied by the refusal of its repeat, which may come from the pause itself, and is not sent a third time", async () => {
    upstreamWith(lost, lists());
    const key = keyed();
    const start = Date.now();
    await served.send(key);
    upstreamWith({ status: 400, body: '{"errorMessage":"Overlapping","errorCode":"OVERLAPPING"}' }, lists());
    setClock(start + 120_000);
    expect(await served.send(key)).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(writes()).toBe(2);
    setClock(start + 600_000);
    expect(await served.send(key)).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(writes()).toBe(2);
    upstreamWith(lost, lists(ours));
    expect((await served.send(key)).json).toMatchObject({ id: 7 });
  });
});

test("a refusal while another pause waits names that one, so that it can be taken back", async () => {
  upstreamWith(
    { status: 409, body: '{"errorMessage":"Pending","errorCode":"PENDING"}' },
    lists({ ...ours, id: 9, state: "PENDING_VERIFICATION" }),
  );
  const answer = await served.send();
  expect(answer).toBeProblem(409, { code: "amendment-pending" });
  expect(answer.json).toMatchObject({ pendingAmendmentId: 9 });
});
