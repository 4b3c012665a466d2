import { afterAll, expect, test, vi } from "vitest";
import { getContractData } from "#lib/operations/contracts.ts";
import { aFunction, theLog } from "../../given.ts";
import { startUpstream } from "../../upstream.ts";

const { secrets, upstream } = await aFunction(
  getContractData,
  () => import("#functions/contracts/get-contract-data.ts"),
);
const rejecting = await startUpstream();
afterAll(() => rejecting.close());

test("each studio is asked without reading anybody's data, and the log says which answers", async () => {
  const lines = theLog();
  upstream.answerAlways({ body: "" });
  rejecting.answerAlways({ status: 401, body: "" });
  const studios = {
    good: { baseUrl: upstream.url, apiKey: "key-good" },
    rejected: { baseUrl: rejecting.url, apiKey: "key-bad" },
    gone: { baseUrl: "http://127.0.0.1:9", apiKey: "key-gone" },
  };
  secrets.set("studios", JSON.stringify(studios));
  // The functions read the secret when they are loaded.
  vi.resetModules();
  const { handler } = await import("#functions/studios/check-studios.ts");
  await handler({}, { awsRequestId: "check-of-tests" });
  expect(upstream.requests.map(({ method, headers }) => [method, headers["x-api-key"]])).toEqual([
    ["HEAD", "key-good"],
  ]);
  const metrics = { CloudWatchMetrics: [expect.objectContaining({ Dimensions: [[], ["studioId"]] })] };
  expect(
    lines
      .map(({ level, studioId, outcome, upstreamStatus, StudioAnswers, _aws }) => ({
        level,
        studioId,
        outcome,
        upstreamStatus,
        StudioAnswers,
        _aws,
      }))
      .sort((a, b) => String(a.studioId).localeCompare(String(b.studioId))),
  ).toEqual([
    { level: "warn", studioId: "gone", outcome: "no-answer", StudioAnswers: 0, _aws: expect.objectContaining(metrics) },
    {
      level: "info",
      studioId: "good",
      outcome: "answers",
      upstreamStatus: 200,
      StudioAnswers: 1,
      _aws: expect.objectContaining(metrics),
    },
    {
      level: "warn",
      studioId: "rejected",
      outcome: "key-rejected",
      upstreamStatus: 401,
      StudioAnswers: 0,
      _aws: expect.objectContaining(metrics),
    },
  ]);
  expect(JSON.stringify(lines)).not.toContain("key-good");
});
