import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { beforeEach, describe, expect, test } from "vitest";
import { createContractCancelationAmendment, getContractData } from "#lib/operations/contracts.ts";
import { aFunction, contextOf, hideLog, theLog } from "../../given.ts";

const read = await aFunction(getContractData, () => import("#functions/contracts/get-contract-data.ts"));
const cancel = await aFunction(
  createContractCancelationAmendment,
  () => import("#functions/contracts/create-contract-cancelation-amendment.ts"),
);
const { upstream } = read;
const { handler: reading } = await import("#functions/contracts/get-contract-data.ts");
const { handler: canceling } = await import("#functions/contracts/create-contract-cancelation-amendment.ts");
const context = () => ({ ...contextOf({}), awsRequestId: "invocation-of-tests" });

const params = { customerId: "1000" };
const studioId = "studio-of-tests";
const body = { contractId: 1000, cancelationDate: "2027-01-31", cancelationReasonId: 1001 };
const nested = (depth: number): unknown => JSON.parse("[".repeat(depth) + "]".repeat(depth));
const numbered = (name: string, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, i]));

hideLog();
beforeEach(() => {
  upstream.requests.length = 0;
  upstream.answerAlways({ body: "[]" });
});

describe("a direct invocation", () => {
  test("gets status and body with every digit of an int64, and is logged as the client `service`", async () => {
    const lines = theLog();
    upstream.answerAlways({ body: '[{"id":9223372036854775807,"price":1.5}]' });
    const answer = await reading({ invoke: { studioId, params, acceptLanguage: "de" } }, context());
    expect(JSON.stringify(answer)).toBe('{"status":200,"body":[{"id":9223372036854775807,"price":1.5}]}');
    expect(upstream.requests[0]?.headers).toMatchObject({ "accept-language": "de", "x-api-key": "key-of-tests" });
    expect(lines).toEqual([
      expect.objectContaining({ clientId: "service", studioId, requestId: "invocation-of-tests", status: 200 }),
    ]);
  });

  test("gets every fault of its request, as a caller over HTTP does", async () => {
    const answer = await canceling(
      { invoke: { studioId, params: { customerId: "01000" }, body: { ...body, contractId: "1000" } } },
      context(),
    );
    expect(answer).toMatchObject({ status: 400, body: { code: "request-invalid" } });
    expect(JSON.stringify(answer)).toMatch(/"\/customerId".*"\/contractId"/);
    expect(upstream.requests).toEqual([]);
  });

  test("writes once under one key", async () => {
    upstream.answerAlways({ body: '{"success":"true"}' });
    const invoke = { studioId, params, body, idempotencyKey: randomUUID() };
    const [first, second] = [await canceling({ invoke }, context()), await canceling({ invoke }, context())];
    expect(first).toMatchObject({ status: 200, body: { success: "true" } });
    expect(second).toEqual(first);
    expect(upstream.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  test("without a key that Lambda repeats is one write, by the invocation's id", async () => {
    upstream.answerAlways(({ method }) => (method === "POST" ? { instead: "reset" } : { body: "[]" }));
    const invoke = { studioId, params, body };
    const first = { ...context(), awsRequestId: randomUUID() };
    expect(await canceling({ invoke }, first)).toMatchObject({ status: 504, body: { code: "outcome-unknown" } });
    const posts = () => upstream.requests.filter(({ method }) => method === "POST").length;
    const again = await canceling({ invoke }, { ...context(), awsRequestId: first.awsRequestId });
    expect([again, posts()]).toMatchObject([{ body: { code: "outcome-unknown" } }, 1]);
    await canceling({ invoke }, { ...context(), awsRequestId: randomUUID() });
    expect(posts()).toBe(2);
  });

  test("without a key that Lambda repeats gets the first answer again", async () => {
    upstream.answerAlways({ body: '{"success":"true"}' });
    const again = { ...context(), awsRequestId: randomUUID() };
    const answers = [
      await canceling({ invoke: { studioId, params, body } }, { ...again }),
      await canceling({ invoke: { studioId, params, body } }, { ...again }),
    ];
    expect(answers[1]).toEqual(answers[0]);
    expect(upstream.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  test("without a key and without an invocation's id, as some tools invoke, is a new write each time", async () => {
    upstream.answerAlways({ body: '{"success":"true"}' });
    const { awsRequestId: _, ...unnamed } = context();
    const invoke = () => canceling({ invoke: { studioId, params, body } }, unnamed as ReturnType<typeof context>);
    expect([await invoke(), await invoke()]).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(upstream.requests.filter(({ method }) => method === "POST")).toHaveLength(2);
  });

  test("does not share its keys with partners", async () => {
    upstream.answerAlways({ body: '{"success":"true"}' });
    const idempotencyKey = randomUUID();
    await canceling({ invoke: { studioId, params, body, idempotencyKey } }, context());
    const other = await cancel.send({ params, body, headers: { "idempotency-key": idempotencyKey } });
    expect(other.headers).not.toHaveProperty("idempotent-replayed");
  });

  test("for a studio that the secret does not contain is refused", async () => {
    const answer = await reading({ invoke: { studioId: "elsewhere", params } }, context());
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
  });

  test.each([
    ["no studio", { params }, "studioId"],
    ["an unknown field", { studioId, params, customerId: "1000" }, "customerId"],
    ["an id as a number", { studioId, params: { customerId: 1000 } }, "params.customerId"],
    ["an id rounded by Lambda", { studioId, params, body: { ...body, contractId: 2 ** 60 } }, "invoke.body"],
    ["a body that is nested too deeply", { studioId, params, body: nested(100_000) }, "invoke.body"],
  ])("with %s fails with the name of the field", async (_, invoke, field) => {
    await expect(reading({ invoke }, context())).rejects.toThrow(field);
    expect(upstream.requests).toEqual([]);
  });
});

describe("a malformed invocation", () => {
  const iban = "DE89370400440532013000";
  const whole = { invoke: { studioId, params, body: { iban } } };
  const http = { requestContext: null, headers: {}, body: iban };

  test.each<[string, unknown, RegExp]>([
    [
      "encoded twice",
      JSON.stringify(whole),
      /the event must be of type object, not string, perhaps encoded twice\. Send/,
    ],
    ["encoded twice inside", { invoke: JSON.stringify(whole.invoke) }, /invoke must be of type object, not string/],
    ["a list", [whole], /the event must be of type object, not array/],
    ["null", null, /the event must be of type object, not null/],
    ["a number", 49_301_234_567, /the event must be of type object, not number/],
    ["empty", {}, /invoke is required/],
    [
      "an event of something else",
      { ...http, detail: { iban } },
      /invoke is required; body is an unknown field; the event has 3/,
    ],
    ["with a member's data in the wrong place", { invoke: { [iban]: 1, studioId: [iban] } }, /invoke has 1 unknown/],
    ["with unknown parameters", { invoke: { studioId, params: { [iban]: 1 } } }, /invoke\.params\.\* must be/],
    ["with a thousand fields", { invoke: numbered(iban, 1_000) }, /invoke has 1000 unknown field/],
    ["with a thousand parameters", { invoke: { studioId, params: numbered(iban, 1_000) } }, /params\.\* must be/],
    ["for a studio with an endless name", { invoke: { studioId: iban.repeat(1e5) } }, /studioId must not be longer/],
  ])("(%s) fails with a message that repeats nothing of it", async (_, event, words) => {
    const lines = theLog();
    const thrown = await reading(event, context()).then(String, (error: Error) => error);
    expect(String(thrown)).toMatch(words);
    const told = inspect(thrown, { depth: 9, showHidden: true });
    for (const secret of [iban, String(event).slice(0, 11)].filter((text) => /\d/.test(text)))
      expect(told).not.toContain(secret);
    expect(String(thrown).length).toBeLessThan(1_000);
    expect([lines, upstream.requests]).toEqual([[], []]);
  });
});

describe("a caller over HTTP", () => {
  const invoke = { studioId, params };

  test("cannot pass for a direct invocation by the top level of its event", async () => {
    const event = {
      invoke,
      rawPath: "/v1/memberships/1000/self-service/contract-data",
      headers: {},
      pathParameters: params,
      isBase64Encoded: false,
      requestContext: { requestId: "request-of-tests=" },
    };
    expect(await reading(event, context())).toMatchObject({ statusCode: 401 });
    expect(upstream.requests).toEqual([]);
  });

  test("cannot pass for a direct invocation by its body, query or headers", async () => {
    const asText = JSON.stringify(invoke);
    const attempts = [
      await cancel.send({ params, body: { invoke }, claims: undefined }),
      await cancel.send({ params, body, query: { invoke: asText }, claims: undefined }),
      await cancel.send({ params, body, headers: { invoke: asText }, claims: undefined }),
    ];
    for (const attempt of attempts) expect(attempt).toBeProblem(401);
    expect(upstream.requests).toEqual([]);
  });
});
