import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { updateIdlePeriod } from "#lib/operations/idle-periods.ts";
import { files } from "#test/forms.ts";
import { setClock } from "#test/given.ts";
import type { Reply, Seen } from "#test/upstream.ts";
import { serves, unreadable } from "../serves.ts";

const body = { startDate: "2027-01-15", unlimited: false, endDate: "2027-01-31", reasonId: 2002 };
const served = serves(updateIdlePeriod, {
  load: () => import("#functions/idle-periods/update-idle-period.ts"),
  params: { contractId: "1000", idlePeriodId: "7" },
  body,
  answer: '{"id": 7, "state": "ACCEPTED", "endDate": "2027-01-31"}',
  notJson: unreadable.write,
});

const shown = {
  id: 7,
  startDate: "2027-01-15",
  endDate: "2027-01-31",
  state: "ACCEPTED",
  idlePeriodReason: { id: 2002 },
};
const lists = (...current: readonly object[]): Reply => ({
  body: JSON.stringify({ currentAndUpcomingIdlePeriods: current }),
});
const lostWhile = (read: Reply) =>
  served.upstream.answerAlways(({ method }: Seen) => (method === "GET" ? read : { instead: "reset" }));
const writes = () => served.upstream.requests.filter(({ method }) => method === "PUT").length;
const keyed = () => ({ headers: { "idempotency-key": randomUUID() } });

test.each<[string, object, string]>([
  ["an end beside a term", { ...body, temporalUnit: "MONTH", termValue: 1 }, "/data/endDate"],
  ["an end of an unlimited pause", { ...body, unlimited: true }, "/data/endDate"],
])("refuses %s without calling the upstream", async (_, given, pointer) => {
  expect(await served.send({ body: given })).toBeProblem(400, { pointers: [pointer] });
  expect(served.upstream.requests).toEqual([]);
});

test.each<[string, Reply]>([
  ["the pause with its new end", lists(shown)],
  [
    "an amendment that waits beside the old one",
    lists({ ...shown, endDate: "2027-03-14" }, { ...shown, id: 8, state: "PENDING_VERIFICATION" }),
  ],
])("a lost answer is settled by a repeat that sees %s", async (_, read) => {
  lostWhile(read);
  const key = keyed();
  expect(await served.send(key)).toBeProblem(502, { code: "upstream-unavailable", outcome: "unknown" });
  expect((await served.send(key)).json).toMatchObject({ startDate: "2027-01-15", endDate: "2027-01-31" });
  expect(writes()).toBe(1);
});

test.each<[string, Reply]>([
  ["the pause as it was, which a later change may have made so", lists({ ...shown, endDate: "2027-03-14" })],
  ["no pause", lists()],
])("a lost answer stays in doubt, and nothing is sent again, after a read that shows %s", async (_, read) => {
  lostWhile(read);
  const key = keyed();
  const start = Date.now();
  await served.send(key);
  setClock(start + 120_000);
  expect(await served.send(key)).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
  expect(writes()).toBe(1);
});

test("the lost answer to a change with a document stays in doubt: no read shows which document there is", async () => {
  lostWhile(lists(shown));
  const document = new File([files["application/pdf"]], "note.pdf", { type: "application/pdf" });
  const sent = { ...keyed(), document };
  await served.send(sent);
  expect(await served.send(sent)).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
  expect(writes()).toBe(1);
});
