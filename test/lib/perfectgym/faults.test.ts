import { beforeEach, describe, expect, test, vi } from "vitest";
import { describeErrors } from "#lib/observability/log.ts";
import { createContractCancelationAmendment, getContractData } from "#lib/operations/contracts.ts";
import { aFunction, theLog } from "../../given.ts";
import type { Reply } from "../../upstream.ts";

const params = { customerId: "1000" };
const body = { contractId: 1000, cancelationDate: "2027-01-31", cancelationReasonId: 1001 };
const write = await aFunction(
  createContractCancelationAmendment,
  () => import("#functions/contracts/create-contract-cancelation-amendment.ts"),
);
const { upstream, secrets, ...read } = await aFunction(
  getContractData,
  () => import("#functions/contracts/get-contract-data.ts"),
);
const cancel = () => write.send({ params, body });
const writes = () => upstream.requests.filter(({ method }) => method === "POST");

beforeEach(() => {
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  upstream.requests.length = 0;
  upstream.answerAlways({ body: "[]" });
});

const failures: readonly [string, Reply, number, string][] = [
  ["500", { status: 500, body: "{}" }, 502, "upstream-unavailable"],
  ["502", { status: 502, body: "<html>" }, 502, "upstream-unavailable"],
  ["504", { status: 504 }, 502, "upstream-unavailable"],
  ["503", { status: 503, body: '{"errorMessage":"busy"}' }, 503, "upstream-busy"],
  ["503 of a proxy", { status: 503, body: "<html>" }, 503, "upstream-busy"],
  ["429", { status: 429 }, 503, "upstream-busy"],
  ["a connection that breaks", { instead: "reset" }, 502, "upstream-unavailable"],
  ["half an answer", { instead: "half", body: '{"succ' }, 502, "upstream-unavailable"],
];

describe("a read", () => {
  test.each(failures)("is tried three times on %s, then told as it is", async (_, reply, status, code) => {
    upstream.answerAlways(reply);
    expect(await read.send({ params })).toBeProblem(status, { code, outcome: undefined });
    expect(upstream.requests).toHaveLength(3);
  });

  test.each(failures)("survives %s twice", async (_, reply) => {
    upstream.answerNext(reply, reply);
    expect((await read.send({ params })).status).toBe(200);
    expect(upstream.requests).toHaveLength(3);
  });

  test("waits as long as Retry-After asks", async () => {
    upstream.answerNext({ status: 503, headers: { "retry-after": "1" } });
    const startedAt = Date.now();
    expect((await read.send({ params })).status).toBe(200);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1000);
  });

  test("does not wait for a Retry-After beyond its budget, but hands it on", async () => {
    upstream.answerAlways({ status: 429, headers: { "retry-after": "45" } });
    const answer = await read.send({ params });
    expect(answer).toBeProblem(503);
    expect(answer.headers["retry-after"]).toBe("45");
    expect(upstream.requests).toHaveLength(1);
  });
});

describe("an upstream that hangs", () => {
  test("is waited for no longer than the Lambda has, then told as a timeout", async () => {
    upstream.answerAlways({ instead: "hang" });
    const startedAt = Date.now();
    expect(await read.send({ params, remainingMs: 2_500 })).toBeProblem(504, {
      code: "upstream-timed-out",
      outcome: undefined,
    });
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });

  test("leaves a write's outcome unknown, and the write is not repeated", async () => {
    upstream.answerAlways({ instead: "hang" });
    const answer = await write.send({ params, body, remainingMs: 3_500 });
    expect(answer).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(writes()).toHaveLength(1);
  });

  test("is given up after six seconds a try where there is time for another", async () => {
    upstream.answerNext({ instead: "hang" });
    expect((await read.send({ params })).status).toBe(200);
    expect(upstream.requests).toHaveLength(2);
  });
});

describe("a write", () => {
  test.each(failures)("is sent once, whatever %s may mean", async (name, reply, status, code) => {
    upstream.answerAlways(reply);
    const answer = await cancel();
    if (["429", "503"].includes(name)) expect(answer).toBeProblem(status, { code, outcome: undefined });
    else expect(answer).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(writes()).toHaveLength(1);
  });

  test("tells when to come back where the upstream did not", async () => {
    upstream.answerAlways({ status: 429 });
    expect((await cancel()).headers["retry-after"]).toBe("60");
  });
});

test.each([405, 413, 422])("a refusal that is not documented (%i) leaves no write in doubt", async (status) => {
  upstream.answerAlways({ status, body: "{}" });
  expect(await cancel()).toBeProblem(502, { code: "upstream-unintelligible", outcome: undefined });
  expect(upstream.requests).toHaveLength(1);
});

test.each([
  ["a date", () => new Date(Date.now() + 90_000).toUTCString(), /^(89|90|91)$/],
  ["a negative number", () => "-5", /^60$/],
  ["a fraction", () => "1.5", /^60$/],
  ["nothing that makes sense", () => "soon", /^60$/],
])("a Retry-After of %s is understood or replaced", async (_, header, wanted) => {
  upstream.answerAlways({ status: 429, headers: { "retry-after": header() } });
  expect((await cancel()).headers["retry-after"]).toMatch(wanted);
});

test("an answer that differs everywhere makes one line of log that is still short", async () => {
  const lines = theLog();
  upstream.answerAlways({ body: JSON.stringify(Array(5_000).fill({})) });
  expect((await read.send({ params })).status).toBe(200);
  expect(lines[0]?.["drift"]).toHaveLength(20);
});

test.each([301, 302, 307, 308])("a redirect (%i) is not followed", async (status) => {
  upstream.answerAlways({ status, headers: { location: `${upstream.url}/elsewhere` } });
  expect(await read.send({ params })).toBeProblem(502, { code: "upstream-unintelligible" });
  expect(upstream.requests).toHaveLength(1);
});

test.each([401, 403])("a key that is not accepted (%i) is our fault and counted, not the caller's", async (status) => {
  const lines = theLog();
  upstream.answerAlways({ status, body: '{"errorMessage":"no","traceId":"0af7651916cd43dd"}' });
  expect(await read.send({ params })).toBeProblem(502, { code: "upstream-rejected-key" });
  expect(upstream.requests).toHaveLength(1);
  expect(lines).toEqual([
    expect.objectContaining({ KeyRejected: 1, upstreamTraceId: "0af7651916cd43dd", level: "error" }),
  ]);
});

test.each([400, 404, 409])("a refusal (%i) without the upstream's error body is still one", async (status) => {
  upstream.answerAlways({ status, body: "<html>nginx</html>" });
  expect(await read.send({ params })).toBeProblem(status, { code: "upstream-refused" });
});

test.each<[string, Reply]>([
  ["not UTF-8", { body: Buffer.from([0x22, 0xff, 0x22]) }],
  ["nothing", { body: "" }],
  ["a status nobody expects", { status: 418, body: "{}" }],
  ["larger than 5 MiB", { body: `"${"x".repeat(5 * 2 ** 20)}"` }],
])("an answer that is %s is a bad gateway", async (_, reply) => {
  upstream.answerAlways(reply);
  expect(await read.send({ params })).toBeProblem(502, { code: "upstream-unintelligible" });
  expect(upstream.requests).toHaveLength(1);
});

test("a rotated key fails no request, not even many at once", async () => {
  const accepts =
    (key: string) =>
    ({ headers }: { headers: Record<string, unknown> }) =>
      headers["x-api-key"] === key ? { body: "[]" } : { status: 401, body: "{}" };
  upstream.answerAlways(accepts("key-two"));
  secrets.set("studios", JSON.stringify({ "studio-of-tests": { baseUrl: upstream.url, apiKey: "key-two" } }));
  const answers = await Promise.all(Array.from({ length: 20 }, () => read.send({ params })));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
});

test("a write whose key was rotated away is sent once more, with the new key", async () => {
  secrets.set("studios", JSON.stringify({ "studio-of-tests": { baseUrl: upstream.url, apiKey: "key-three" } }));
  upstream.answerAlways(({ headers }) => ({ status: headers["x-api-key"] === "key-three" ? 200 : 401, body: "{}" }));
  expect((await cancel()).status).toBe(200);
  expect(writes().map(({ headers }) => headers["x-api-key"])).toEqual([expect.any(String), "key-three"]);
});

test("the log holds what an operator needs and nothing of the caller's or the member's", async () => {
  const lines = theLog();
  upstream.answerAlways({ status: 500, body: '{"errorMessage":"MARK","errorCode":"MARK","traceId":"MARK"}' });
  await write.send({ params, body, headers: { authorization: "Bearer MARK", "accept-language": "MARK" } });
  expect(JSON.stringify(lines)).not.toMatch(/MARK|key-of-tests|2027-01-31/);
  // On a busy machine the event may also have to wait for the bus.
  expect(lines.map(({ event: _, ...line }) => line)).toEqual([
    {
      time: expect.any(String),
      level: "error",
      operation: "createContractCancelationAmendment",
      requestId: "request-of-tests=",
      clientId: "partner-of-tests",
      studioId: "studio-of-tests",
      status: 504,
      code: "outcome-unknown",
      outcome: "unknown",
      tries: 1,
      upstreamStatus: 500,
      upstreamMs: expect.any(Number),
      durationMs: expect.any(Number),
      errors: [
        { name: "OutcomeUnknown", frames: expect.any(Array) },
        { name: "UpstreamUnavailable", frames: expect.any(Array) },
      ],
    },
  ]);
});

test("an error's words never reach the log, even where they look like a stack", () => {
  const cyclic = new Error("bad value:\n    at IBAN DE91 1000");
  cyclic.cause = cyclic;
  const described = describeErrors(cyclic);
  expect(described).toHaveLength(5);
  expect(described[0]?.frames[0]).toContain("faults.test.ts");
  expect(JSON.stringify(described)).not.toContain("IBAN");
});
