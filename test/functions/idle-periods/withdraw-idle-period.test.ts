import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { withdrawIdlePeriod } from "#lib/operations/idle-periods.ts";
import { setClock } from "#test/given.ts";
import type { Reply, Seen } from "#test/upstream.ts";
import { serves, unreadable } from "../serves.ts";

const served = serves(withdrawIdlePeriod, {
  load: () => import("#functions/idle-periods/withdraw-idle-period.ts"),
  params: { contractId: "1000", idlePeriodId: "9007199254740993" },
  answer: '{"success": "true"}',
  notJson: unreadable.write,
});

const other = { id: 8, startDate: "2027-06-01", endDate: "2027-06-30" };
const lists = (current: string): Reply => ({
  body: `{"pastIdlePeriods":[],"currentAndUpcomingIdlePeriods":[${current}]}`,
});
const lostWhile = (read: Reply) =>
  served.upstream.answerAlways(({ method }: Seen) => (method === "GET" ? read : { instead: "reset" }));
const writes = () => served.upstream.requests.filter(({ method }) => method === "DELETE").length;
const keyed = () => ({ headers: { "idempotency-key": randomUUID() } });

/** The answer to a repeat so much later. */
const repeatedAfter = async (ms: number) => {
  const key = keyed();
  const start = Date.now();
  await served.send(key);
  setClock(start + ms);
  return served.send(key);
};

test("takes an empty object for the body it does not need, and sends none on", async () => {
  expect((await served.send({ body: {} })).status).toBe(200);
  expect(served.upstream.requests).toEqual([expect.objectContaining({ body: "" })]);
});

describe("a lost answer", () => {
  test("is not settled by an empty list as long as a read may lag behind the pause itself", async () => {
    lostWhile(lists(""));
    expect(await repeatedAfter(40_000)).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(writes()).toBe(1);
  });

  test.each<[string, string]>([
    ["no pause", ""],
    ["another one that waits", JSON.stringify({ ...other, state: "PENDING_VERIFICATION" })],
  ])("is settled by a later read that shows %s", async (_, current) => {
    lostWhile(lists(current));
    expect((await repeatedAfter(120_000)).json).toEqual({ success: "true" });
    expect(writes()).toBe(1);
  });

  test("stays in doubt where an accepted pause is left: the studio gives an amendment another id then", async () => {
    lostWhile(lists(JSON.stringify({ ...other, state: "ACCEPTED" })));
    expect(await repeatedAfter(120_000)).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(writes()).toBe(1);
  });

  test("is sent again where the pause is still there", async () => {
    lostWhile(lists('{"id":9007199254740993,"startDate":"2027-06-01","state":"ACCEPTED"}'));
    await repeatedAfter(120_000);
    expect(writes()).toBe(2);
  });
});
