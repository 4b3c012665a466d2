import { expect, test } from "vitest";
import { getIdlePeriods } from "#lib/operations/idle-periods.ts";
import { theLog } from "../../given.ts";
import { serves } from "../serves.ts";

const served = serves(getIdlePeriods, {
  load: () => import("#functions/idle-periods/get-idle-periods.ts"),
  params: { contractId: "1000" },
  answer: '{"pastIdlePeriods": [], "currentAndUpcomingIdlePeriods": [{"id": 9007199254740993}]}',
});

test("logs no link to a document, and no reason", async () => {
  const lines = theLog();
  const pause = {
    id: 1,
    startDate: "2027-01-01",
    documentUrl: "https://example.com/secret-link",
    reason: "secret-reason",
  };
  served.upstream.answerAlways({ body: JSON.stringify({ pastIdlePeriods: [pause] }) });
  expect((await served.send()).text).toContain("secret-link");
  expect(JSON.stringify(lines)).toContain("drift");
  expect(JSON.stringify(lines)).not.toContain("secret");
});
