import { expect, test } from "vitest";
import { createLog } from "#lib/observability/log.ts";

const lines: string[] = [];
const log = createLog({ write: (line) => lines.push(line), namespace: "of-tests", now: () => 0 });

test("a request makes one line with the fields that were noted", () => {
  lines.length = 0;
  const record = log.open({ operation: "getContractData", requestId: "request-1" });
  record.note({ clientId: "partner-1", tries: 1 });
  record.note({ tries: 2 });
  expect(lines).toEqual([]);
  record.close({ status: 200, durationMs: 12 });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      time: "1970-01-01T00:00:00.000Z",
      level: "info",
      operation: "getContractData",
      requestId: "request-1",
      clientId: "partner-1",
      tries: 2,
      status: 200,
      statusClass: "2xx",
      durationMs: 12,
      _aws: expect.any(Object),
    },
  ]);
});

test("a write whose outcome is unknown is counted", () => {
  lines.length = 0;
  const record = log.open({ operation: "createContractCancelationAmendment", requestId: "request-1" });
  record.note({ code: "outcome-unknown", outcome: "unknown" });
  record.close({ status: 504, durationMs: 12 });
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    OutcomeUnknown: 1,
    _aws: {
      CloudWatchMetrics: [
        { Namespace: "of-tests", Dimensions: [[]], Metrics: [{ Name: "OutcomeUnknown", Unit: "Count" }] },
        expect.objectContaining({ Metrics: [{ Name: "durationMs", Unit: "Milliseconds" }] }),
      ],
    },
  });
});

test.each([
  [200, "2xx"],
  [429, "4xx"],
  [504, "5xx"],
])(
  "a request that got %i is measured by operation and class, and by client only if that is registered",
  (status, statusClass) => {
    lines.length = 0;
    for (const studioId of ["studio-1", undefined]) {
      const record = log.open({ operation: "getContractData", requestId: "request-1" });
      record.note({ clientId: "partner-1", ...(studioId && { studioId, upstreamMs: 10 }) });
      record.close({ status, durationMs: 12 });
    }
    const [registered, unknown] = lines.map((line) => JSON.parse(line));
    expect(registered).toMatchObject({ operation: "getContractData", statusClass, durationMs: 12, upstreamMs: 10 });
    const durationMs = [{ Name: "durationMs", Unit: "Milliseconds" }];
    expect(registered._aws.CloudWatchMetrics).toEqual([
      { Namespace: "of-tests", Dimensions: [["operation", "statusClass"], ["clientId"]], Metrics: durationMs },
      { Namespace: "of-tests", Dimensions: [["operation"]], Metrics: [{ Name: "upstreamMs", Unit: "Milliseconds" }] },
    ]);
    expect(unknown._aws.CloudWatchMetrics).toEqual([
      { Namespace: "of-tests", Dimensions: [["operation", "statusClass"]], Metrics: durationMs },
    ]);
  },
);

test("the compiler refuses a field that the log does not know", () => {
  const record = log.open({ operation: "getContractData", requestId: "request-1" });
  const known = { tries: 1, ...(lines.length > 0 && { drift: ["/0/id"] }) };
  const withBody = { ...known, body: "secret" };
  const withOptionalBody = { ...known, ...(lines.length > 0 && { body: "secret" }) };
  record.note(known);
  // @ts-expect-error: written into the call
  record.note({ tries: 1, body: "secret" });
  // @ts-expect-error: in a variable
  record.note(withBody);
  // @ts-expect-error: in a variable, as an optional field
  record.note(withOptionalBody);
  // @ts-expect-error: in a spread
  record.note({ ...withBody });
  // @ts-expect-error: misspelled
  record.note({ statuss: 1 });
  // @ts-expect-error: only `close` sets it
  record.note({ status: 200 });
  // @ts-expect-error: the record has no fields to write to
  record.tries = 1;
  // @ts-expect-error: a job's line is closed as well
  log.job({ operation: "checkMember", requestId: "request-1", ...withBody });
  // @ts-expect-error: and so is the line about the studios
  log.studios({ ageMs: 1, retryInMs: 1, errors: [], ...withBody });
  record.close({ status: 200, durationMs: 1 });
});

test("a field that is assigned to the record behind the compiler's back does not reach the log", () => {
  lines.length = 0;
  const record = log.open({ operation: "getContractData", requestId: "request-1" });
  Object.assign(record, { body: "secret" });
  record.close({ status: 200, durationMs: 1 });
  expect(lines.join()).not.toContain("secret");
});
