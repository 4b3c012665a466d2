import { beforeEach, describe, expect, test } from "vitest";
import { describeErrors } from "#lib/observability/log.ts";
import {
  createContractCancelationAmendment,
  getContractCancelationReasonData,
  getContractData,
} from "#lib/operations/contracts.ts";
import { aFunction, hideLog, setClock, theLog } from "../../given.ts";
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
const reasons = await aFunction(
  getContractCancelationReasonData,
  () => import("#functions/contracts/get-contract-cancelation-reason-data.ts"),
);
const cancel = () => write.send({ params, body });
const writes = () => upstream.requests.filter(({ method }) => method === "POST");

hideLog();
beforeEach(() => {
  upstream.requests.length = 0;
  upstream.answerAlways({ body: "[]" });
});

const failures: readonly [string, Reply, number, string][] = [
  ["500", { status: 500, body: "{}" }, 502, "upstream-unavailable"],
  ["502", { status: 502, body: "<html>" }, 502, "upstream-unavailable"],
  ["504", { status: 504 }, 502, "upstream-unavailable"],
  ["503", { status: 503, body: '{"errorMessage":"busy"}' }, 503, "upstream-busy"],
  ["503 of a proxy", { status: 503, body: "<html>" }, 503, "upstream-busy"],
  ["503 of an API gateway", { status: 503, body: '{"message":"Service Unavailable"}' }, 503, "upstream-busy"],
  ["429", { status: 429 }, 503, "upstream-busy"],
  ["a connection that breaks", { instead: "reset" }, 502, "upstream-unavailable"],
  ["half an answer", { instead: "half", body: '{"succ' }, 502, "upstream-unavailable"],
];

describe("a read", () => {
  test.each(failures)(
    "is sent three times after %s, then gets the problem of that ending",
    async (_, reply, status, code) => {
      upstream.answerAlways(reply);
      expect(await read.send({ params })).toBeProblem(status, { code, outcome: undefined });
      expect(upstream.requests).toHaveLength(3);
    },
  );

  test.each(failures)("succeeds after %s twice", async (_, reply) => {
    upstream.answerNext(reply, reply);
    expect((await read.send({ params })).status).toBe(200);
    expect(upstream.requests).toHaveLength(3);
  });

  test("passes on a Retry-After that is longer than its budget, without waiting", async () => {
    upstream.answerAlways({ status: 429, headers: { "retry-after": "45" } });
    const answer = await read.send({ params });
    expect(answer).toBeProblem(503);
    expect(answer.headers["retry-after"]).toBe("45");
    expect(upstream.requests).toHaveLength(1);
  });
});

describe("an upstream that hangs", () => {
  test.each([
    ["240", 1_740, 0],
    ["260", 1_760, 1],
  ])("gets all but the Lambda's last 1.5 s, and no attempt with less than 250 ms: %s ms left", async (_, ms, sent) => {
    setClock(Date.now());
    upstream.answerAlways({ instead: "hang" });
    const answer = await read.send({ params, remainingMs: ms });
    expect(answer).toBeProblem(504, { code: "upstream-timed-out", outcome: undefined });
    expect(upstream.requests.slice(0, 1)).toHaveLength(sent);
  });

  test("leaves a write's outcome unknown, and the write is sent once", async () => {
    upstream.answerAlways({ instead: "hang" });
    const answer = await write.send({ params, body, remainingMs: 3_500 });
    expect(answer).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(writes()).toHaveLength(1);
  });
});

describe("a write", () => {
  test.each(failures)("is sent once when it meets %s", async (name, reply, status, code) => {
    upstream.answerAlways(reply);
    const answer = await cancel();
    if (["429", "503"].includes(name)) expect(answer).toBeProblem(status, { code, outcome: undefined });
    else expect(answer).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
    expect(writes()).toHaveLength(1);
  });

  test("gets a Retry-After of 60 seconds after a 429 without one", async () => {
    upstream.answerAlways({ status: 429 });
    expect((await cancel()).headers["retry-after"]).toBe("60");
  });
});

/** Answers of an ingress, a firewall, an API gateway and others in front of the upstream. */
const strangers: readonly [string, Reply][] = [
  ["an ingress's line of text", { headers: { "content-type": "text/plain" }, body: "default backend - 404" }],
  ["nginx's page", { headers: { "content-type": "text/html" }, body: "<html><h1>404 Not Found</h1></html>" }],
  ["a page that calls itself JSON", { body: "<html><h1>403 Forbidden</h1></html>" }],
  ["Kong's JSON", { body: '{"message":"no Route matched with those values","request_id":"0af7651916cd43dd"}' }],
  ["a problem document", { body: '{"title":"Not found","status":404,"detail":"errorMessage"}' }],
  ["no body", { body: "" }],
  ["an errorMessage that is not a text", { body: '{"errorMessage":{"en":"no"}}' }],
  ["an errorMessage of null", { body: '{"errorMessage":null,"errorCode":"NOT_FOUND"}' }],
  ["an empty errorMessage", { body: '{"errorMessage":" ","reference":"contractId"}' }],
  ["a list with an error body", { body: '[{"errorMessage":"no"}]' }],
  ["an error body inside another", { body: '{"error":{"errorMessage":"no"}}' }],
  ["an error body in a text", { body: '"{\\"errorMessage\\":\\"no\\"}"' }],
  ["half an error body", { body: '{"errorMessage":"no","refer' }],
  ["an error body that is not UTF-8", { body: Buffer.from('{"errorMessage":"für"}', "latin1") }],
];

describe.each([400, 403, 404, 409, 410, 413, 418, 422, 425])(
  "a %i from something in front of the upstream",
  (status) => {
    test.each(strangers)("with %s does not count as a refusal: the write was not carried out", async (_, reply) => {
      upstream.answerNext({ status, ...reply });
      expect(await cancel()).toBeProblem(502, { code: "upstream-unavailable", outcome: undefined });
      expect(upstream.requests).toHaveLength(1);
    });
  },
);

describe("a read", () => {
  test.each(strangers)("is sent again after %s", async (_, reply) => {
    upstream.answerNext({ status: 404, ...reply }, { status: 403, ...reply });
    expect((await read.send({ params })).status).toBe(200);
    expect(upstream.requests).toHaveLength(3);
  });

  test("that a firewall turns away each time is unavailable, and does not count as a rejected key", async () => {
    const lines = theLog();
    upstream.answerAlways({ status: 403, headers: { "content-type": "text/html" }, body: "<html>Blocked</html>" });
    expect(await read.send({ params })).toBeProblem(502, { code: "upstream-unavailable" });
    expect(upstream.requests).toHaveLength(3);
    expect(lines).toEqual([expect.objectContaining({ upstreamStatus: 403, code: "upstream-unavailable" })]);
    expect(lines[0]).not.toHaveProperty("KeyRejected");
  });
});

test.each<[number, Reply]>([
  [408, { body: "<html>408 Request Time-out</html>" }],
  [408, { body: '{"errorMessage":"too slow"}' }],
  [499, {}],
])("a %i leaves a write in doubt: a proxy may have passed it on", async (status, reply) => {
  upstream.answerAlways(({ method }) => (method === "GET" ? { body: "[]" } : { status, ...reply }));
  expect(await cancel()).toBeProblem(504, { code: "outcome-unknown", outcome: "unknown" });
  expect(writes()).toHaveLength(1);
});

test("a 425 does not count as a refusal, even with the upstream's own error body", async () => {
  upstream.answerNext({ status: 425, body: '{"errorMessage":"too early"}' });
  expect(await cancel()).toBeProblem(502, { code: "upstream-unavailable", outcome: undefined });
});

test.each([
  ["a date", () => new Date(Date.now() + 90_000).toUTCString(), /^(89|90|91)$/],
  ["a negative number", () => "-5", /^60$/],
  ["a fraction", () => "1.5", /^60$/],
  ["another text", () => "soon", /^60$/],
])("a Retry-After of %s is read, or replaced if it is not valid", async (_, header, wanted) => {
  upstream.answerAlways({ status: 429, headers: { "retry-after": header() } });
  expect((await cancel()).headers["retry-after"]).toMatch(wanted);
});

test("an answer that differs from its schema everywhere makes one short log line", async () => {
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

test("a rejected key (401) is a bad gateway, and counted", async () => {
  const lines = theLog();
  upstream.answerAlways({ status: 401, body: '{"errorMessage":"no","traceId":"0af7651916cd43dd"}' });
  expect(await read.send({ params })).toBeProblem(502, { code: "upstream-rejected-key" });
  expect(upstream.requests).toHaveLength(1);
  expect(lines).toEqual([
    expect.objectContaining({ KeyRejected: 1, upstreamTraceId: "0af7651916cd43dd", level: "error" }),
  ]);
});

test.each<[string, Reply]>([
  ["an ingress's page", { body: "\uFEFF <html>401 Authorization Required</html>" }],
  ["a proxy's login", { headers: { "www-authenticate": 'Basic realm="staging"' }, body: "401" }],
])("%s with 401 does not count as a rejected key", async (_, reply) => {
  const lines = theLog();
  upstream.answerAlways({ status: 401, ...reply });
  expect(await cancel()).toBeProblem(502, { code: "upstream-unavailable", outcome: undefined });
  expect(lines[0]).not.toHaveProperty("KeyRejected");
});

test.each([400, 402, 404, 405, 409, 410, 412, 415, 422, 423, 428, 451, 499])(
  "a %i with the upstream's own error body is its refusal, whatever else it calls itself",
  async (status) => {
    const refusal = { errorMessage: "Zu spät", errorCode: "LATE", reference: "data.dates[0]", unknown: [1] };
    const headers = { "content-type": "text/html" };
    upstream.answerAlways({ status, headers, body: `\uFEFF${JSON.stringify(refusal)}` });
    for (const answer of [await cancel(), await read.send({ params })]) {
      expect(answer).toBeProblem(status, { code: "upstream-refused", outcome: undefined, pointers: ["/data/dates/0"] });
      expect(answer.json).toMatchObject({ detail: "Zu spät", upstream: { errorCode: "LATE" } });
    }
    expect(upstream.requests).toHaveLength(2);
  },
);

describe("what the upstream does not allow the studio's key (403)", () => {
  const forbidden = { status: 403, body: '{"errorMessage":"Kein Zugriff","errorCode":"NO_PRIVILEGE"}' };

  test("is refused without another attempt, with the upstream's message", async () => {
    upstream.answerAlways(forbidden);
    for (const answer of [await cancel(), await read.send({ params })]) {
      expect(answer).toBeProblem(403, { code: "upstream-forbidden", outcome: undefined });
      expect(answer.json).toMatchObject({
        title: expect.stringContaining("studio"),
        detail: "Kein Zugriff",
        upstream: { errorCode: "NO_PRIVILEGE" },
      });
    }
    expect(upstream.requests).toHaveLength(2);
  });

  test("is counted by operation and by one of a hundred groups of customers, not as a rejected key", async () => {
    const lines = theLog();
    upstream.answerAlways(forbidden);
    for (const customerId of ["1000", "1000", "1001"]) await read.send({ params: { customerId } });
    for (const line of lines) {
      expect(line).toMatchObject({ level: "warn", Forbidden: 1, ForbiddenTo: line["forbidden"] });
      expect(line).not.toHaveProperty("KeyRejected");
      expect(line).toHaveProperty("_aws.CloudWatchMetrics.0.Dimensions", [[], ["operation"]]);
    }
    const [first, again, other] = lines.map(({ ForbiddenTo }) => ForbiddenTo);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(JSON.stringify(lines)).not.toContain("1001");
  });

  test("counts for all customers if the operation has no customer id", async () => {
    const lines = theLog();
    upstream.answerAlways(forbidden);
    expect(await reasons.send()).toBeProblem(403, { code: "upstream-forbidden" });
    expect(lines).toEqual([expect.objectContaining({ ForbiddenTo: [1, 100] })]);
  });
});

test("a refusal of 4 MB is cut", async () => {
  const [long, longest] = ['"'.repeat(1e5), '"'.repeat(2e6)];
  const refusal = { errorMessage: `Leider nicht. ${longest}`, errorCode: long, traceId: long, reference: long };
  const body = JSON.stringify(refusal);
  upstream.answerAlways({ status: 409, body });
  const answer = await read.send({ params });
  expect(answer).toBeProblem(409, { code: "upstream-refused" });
  expect(Buffer.byteLength(answer.text)).toBeLessThan(40 * 1024);
  expect(answer.json).toMatchObject({ detail: expect.stringMatching(/^Leider nicht\. "+…$/) });
});

test("a long list of undocumented items is passed on, and its first items are checked", async () => {
  const lines = theLog();
  upstream.answerAlways({ body: `[{"availableCancelationDates":[${"0,".repeat(3e5)}0]}]` });
  expect((await read.send({ params })).status).toBe(200);
  const drift = expect.arrayContaining(["/0/id custom"]);
  expect(lines).toEqual([expect.objectContaining({ Drift: 1, drift })]);
});

test("an answer too large for a Lambda to pass on is a bad gateway", async () => {
  upstream.answerAlways({ body: `[${"\n".repeat(3.1e6)}]` });
  expect(await read.send({ params })).toBeProblem(502, { code: "upstream-unintelligible" });
});

test.each<[string, Reply]>([
  ["not UTF-8", { body: Buffer.from([0x22, 0xff, 0x22]) }],
  ["nothing", { body: "" }],
  ["empty, as it has no content (204)", { status: 204 }],
  ["larger than 5 MiB", { body: `"${"x".repeat(5 * 2 ** 20)}"` }],
])("an answer that is %s is a bad gateway", async (_, reply) => {
  upstream.answerAlways(reply);
  expect(await read.send({ params })).toBeProblem(502, { code: "upstream-unintelligible" });
  expect(upstream.requests).toHaveLength(1);
});

test("after a key was rotated, no request fails, even of many at once", async () => {
  const accepts =
    (key: string) =>
    ({ headers }: { headers: Record<string, unknown> }) =>
      headers["x-api-key"] === key ? { body: "[]" } : { status: 401, body: "{}" };
  upstream.answerAlways(accepts("key-two"));
  secrets.set("studios", JSON.stringify({ "studio-of-tests": { baseUrl: upstream.url, apiKey: "key-two" } }));
  const answers = await Promise.all(Array.from({ length: 20 }, () => read.send({ params })));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
});

test("after a key was rotated, a write is sent once more, with the new key", async () => {
  secrets.set("studios", JSON.stringify({ "studio-of-tests": { baseUrl: upstream.url, apiKey: "key-three" } }));
  upstream.answerAlways(({ headers }) => ({ status: headers["x-api-key"] === "key-three" ? 200 : 401, body: "{}" }));
  expect((await cancel()).status).toBe(200);
  expect(writes().map(({ headers }) => headers["x-api-key"])).toEqual([expect.any(String), "key-three"]);
});

test("the log line of a failed write has what an operator needs, and nothing of the caller or the member", async () => {
  const lines = theLog();
  upstream.answerAlways({ status: 500, body: '{"errorMessage":"MARK","errorCode":"MARK","traceId":"MARK"}' });
  await write.send({ params, body, headers: { authorization: "Bearer MARK", "accept-language": "MARK" } });
  const [key] = writes().map(({ headers }) => headers["x-api-key"]);
  expect(key).toMatch(/^key-/);
  for (const secret of ["MARK", key, "2027-01-31"]) expect(JSON.stringify(lines)).not.toContain(secret);
  // On a busy machine the event may also have to wait for the bus.
  expect(lines.map(({ event: _, ...line }) => line)).toEqual([
    {
      time: expect.any(String),
      level: "error",
      operation: "createContractCancelationAmendment",
      requestId: "request-of-tests=",
      lambdaRequestId: "lambda-of-tests",
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/),
      clientId: "partner-of-tests",
      studioId: "studio-of-tests",
      subject: expect.stringMatching(/^[\w-]{16}$/),
      status: 504,
      statusClass: "5xx",
      code: "outcome-unknown",
      outcome: "unknown",
      tries: 1,
      upstreamStatus: 500,
      upstreamMs: expect.any(Number),
      durationMs: expect.any(Number),
      OutcomeUnknown: 1,
      _aws: expect.any(Object),
      errors: [
        { name: "OutcomeUnknown", code: "outcome-unknown", frames: expect.any(Array) },
        { name: "UpstreamError", code: "upstream-unavailable", frames: expect.any(Array) },
      ],
    },
  ]);
});

test("an error's message never reaches the log, even if it looks like a stack", () => {
  const cyclic = new Error("bad value:\n    at IBAN DE91 1000");
  cyclic.cause = cyclic;
  const described = describeErrors(cyclic);
  expect(described).toHaveLength(5);
  expect(described[0]?.frames[0]).toContain("faults.test.ts");
  expect(JSON.stringify(described)).not.toContain("IBAN");
});
