import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import {
  createContractCancelationAmendment,
  getContractData,
  withdrawContractCancelation,
} from "#lib/operations/contracts.ts";
import { createCustomerMasterDataAmendment } from "#lib/operations/master-data.ts";
import type { Fault } from "#lib/problems/types.ts";
import { aFunction, hideLog, partnerClaims, theLog } from "../../given.ts";

const params = { customerId: "1000" };
const body = { email: "robin@example.com" };
const write = await aFunction(
  createCustomerContactDataAmendment,
  () => import("#functions/customer-data/create-customer-contact-data-amendment.ts"),
);
const withdraw = await aFunction(
  withdrawContractCancelation,
  () => import("#functions/contracts/withdraw-contract-cancelation.ts"),
);
const read = await aFunction(getContractData, () => import("#functions/contracts/get-contract-data.ts"));

hideLog();
beforeEach(() => {
  read.upstream.requests.length = 0;
});

describe("a body", () => {
  test.each([
    ["plain text", "text/plain"],
    ["a form", "application/x-www-form-urlencoded"],
    ["JSON in another charset", "application/json; charset=iso-8859-1"],
    ["JSON in UTF-16", "application/json; profile=x; charset=utf-16"],
    ["JSON and something else", "application/json, text/plain"],
    ["something like JSON", "application/jsonp"],
    ["nothing at all", undefined],
  ])("declared as %s is refused", async (_, type) => {
    const answer = await write.send({ params, body, headers: { "content-type": type } });
    expect(answer).toBeProblem(415, { code: "media-type-unsupported" });
    expect(write.upstream.requests).toEqual([]);
  });

  test("declared with a million spaces is refused quickly", async () => {
    const startedAt = performance.now();
    for (const type of [`application/json${" ".repeat(1e6)}x`, `application/json;charset=utf-8${" ".repeat(1e6)}x`])
      expect(await write.send({ params, body, headers: { "content-type": type } })).toBeProblem(415);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test.each([
    "application/json; charset=utf-8",
    'Application/JSON;charset="UTF-8"',
    "application/json;",
    "application/json; charset=utf8",
    "application/json; odata.metadata=minimal",
    "application/json, application/json",
    "text/json",
    "application/vnd.api+json",
  ])("declared as %s is accepted", async (type) => {
    expect((await write.send({ params, body, headers: { "content-type": type } })).status).toBe(200);
  });

  test.each(["\ufeff%s", "%s\r\n", " \t%s"])("may have %j around it", async (around) => {
    const text = around.replace("%s", JSON.stringify(body));
    expect((await write.send({ params, body: text })).status).toBe(200);
  });

  test("of 64 KiB is read, one byte more is not", async () => {
    const padded = (bytes: number) => `{"email":"robin@example.com"${" ".repeat(bytes - 29)}}`;
    expect((await write.send({ params, body: padded(65_536) })).status).toBe(200);
    expect(await write.send({ params, body: padded(65_537) })).toBeProblem(413, { code: "body-too-large" });
  });

  const base64 = (text: string | Buffer) => ({
    body: Buffer.from(text).toString("base64"),
    event: { isBase64Encoded: true },
  });

  test("is read as base64 if the event says so, with the same limit and for the same member", async () => {
    const claims = { ...partnerClaims, customer_id: "1000" };
    const json = JSON.stringify(body);
    expect((await write.send({ params, claims, ...base64(json) })).status).toBe(200);
    expect(write.upstream.requests.map((seen) => seen.body)).toEqual([json]);
    expect(await write.send({ params, ...base64(json.padEnd(7_000_000)) })).toBeProblem(413);
    expect(await write.send({ params: { customerId: "1001" }, claims, ...base64(json) })).toBeProblem(403);
    const surprise = base64('{"email":"robin@example.com","surprise":1}');
    expect(await write.send({ params, ...surprise })).toBeProblem(400, { pointers: ["/surprise"] });
  });

  test.each([
    ["bytes that are not text", base64(randomBytes(100))],
    ["JSON in another encoding", base64(Buffer.from('{"email":"robin@example.com"}', "utf16le"))],
    ["JSON as it is, declared as base64", { body, event: { isBase64Encoded: true } }],
    ["base64 that is not declared", { body: base64(JSON.stringify(body)).body }],
  ])("that is %s is refused as a whole", async (_, sent) => {
    expect(await write.send({ params, ...sent })).toBeProblem(400, { code: "request-invalid", pointers: [""] });
    expect(write.upstream.requests).toEqual([]);
  });

  test("is absent if the event says null", async () => {
    const none = { body: null, queryStringParameters: null, isBase64Encoded: undefined };
    const headers = { "content-type": "application/json" };
    expect((await read.send({ params, headers, event: none })).status).toBe(200);
    expect((await read.send({ params, headers, event: { ...none, isBase64Encoded: true } })).status).toBe(200);
    expect(await write.send({ params, headers, event: none })).toBeProblem(400, { pointers: [""] });
    expect(await read.send({ params, event: { ...none, pathParameters: null } })).toBeProblem(400);
    expect(await read.send({ params, claims: undefined, event: none })).toBeProblem(401);
  });

  test("counts in bytes, not in characters", async () => {
    const answer = await write.send({ params, body: `{"email":"${"ä".repeat(33_000)}"}` });
    expect(answer).toBeProblem(413);
  });

  test.each([
    ["missing", ""],
    ["half a JSON", '{"email":'],
    ["two JSONs", "{}{}"],
    ["with a comment", '{"email":"robin@example.com" /* mine */}'],
    ["an array", "[]"],
    ["null", "null"],
    ["a number", "1"],
    ["nested too deeply", "[".repeat(60_000)],
  ])("that is %s is refused as a whole", async (_, text) => {
    const answer = await write.send({ params, body: text });
    expect(answer).toBeProblem(400, { code: "request-invalid", pointers: [""] });
    expect(write.upstream.requests).toEqual([]);
  });

  test.each(["__proto__", "constructor", "toString", "a/b~c"])(
    "with the field %s is refused by that name",
    async (name) => {
      const answer = await write.send({ params, body: `{"email":"robin@example.com",${JSON.stringify(name)}:1}` });
      expect(answer).toBeProblem(400, { pointers: [`/${name.replace("~", "~0").replace("/", "~1")}`] });
    },
  );

  test.each([
    ['{"email":"kim@example.com","email":"robin@example.com"}', ["/email"]],
    ['{"email":"robin@example.com","em\\u0061il":"kim@example.com"}', ["/email"]],
    ['{"a~/":{"b":[1,"b",{"b":2}],"b":[]},"email":"robin@example.com"}', ["/a~0~1", "/a~0~1/b"]],
    ['{"a":["email","email"],"b":"email","c":{"email":{}},"email":"robin@example.com"}', ["/a", "/b", "/c"]],
  ])("with a field twice is refused, but not with the same word elsewhere: %s", async (text, pointers) => {
    expect(await write.send({ params, body: text })).toBeProblem(400, { pointers });
    expect(write.upstream.requests).toEqual([]);
  });

  test.each([
    ["a long name around doubled ones", `"${"a".repeat(32_768)}":{${'"":0,'.repeat(6_000)}"":0}`, 6_001],
    ["doubled names far down", `${'"a":{'.repeat(1_900)}${'"b":0,'.repeat(8_000)}"b":0${"}".repeat(1_900)}`, 8_001],
    ["thousands of names", Array.from({ length: 5_000 }, (_, i) => `"n${i}":0`).join(), 5_000],
    ["doubled names of control characters", `${`"${"\\u0001".repeat(1_000)}":0,`.repeat(10)}"a":0`, 11],
    ["a name of quotes", `"${'\\"'.repeat(30_000)}":0`, 1],
  ])("with %s is answered within 40 KiB, and every fault is counted", async (_, text, faults) => {
    const answer = await write.send({ params, body: `{"email":"robin@example.com",${text}}` });
    const { detail, errors, moreErrors = 0 } = answer.json as { detail: string; errors: Fault[]; moreErrors?: number };
    expect(answer.status).toBe(400);
    expect(Buffer.byteLength(answer.text)).toBeLessThan(40 * 1024);
    expect(errors.length + moreErrors).toBe(faults);
    if (moreErrors > 0) expect(detail).toContain(` ${moreErrors} more `);
    for (const { pointer } of errors) expect(Buffer.byteLength(JSON.stringify(pointer))).toBeLessThanOrEqual(256);
  });

  test("with a very long field name gets the beginning of the name in the answer", async () => {
    const answer = await write.send({ params, body: { ...body, ["é".repeat(200)]: 0 } });
    expect(answer).toBeProblem(400, { pointers: [`/${"é".repeat(125)}…`] });
  });

  test("is refused if the operation takes none, whatever it contains", async () => {
    expect(await read.send({ params, body: `{${'"":0,'.repeat(6_000)}"":0}` })).toBeProblem(400, { pointers: [""] });
  });

  test.each([{ customerId: 4711 }, [1], 0, "x", false])(
    "that is %j is refused if the operation takes none",
    async (given) => {
      expect(await read.send({ params, body: JSON.stringify(given) })).toBeProblem(400, { pointers: [""] });
      expect(read.upstream.requests).toEqual([]);
    },
  );

  test.each([
    ["nothing", ""],
    ["a line break", "\r\n"],
    ["an empty object", "{ }"],
    ["an empty list", "[]"],
    ["null", "null\n"],
    ["empty text", '""'],
    ["a byte order mark", "\ufeff"],
  ])("that is %s counts as absent, whatever its media type", async (_, text) => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const changed = { params: { ...params, contractId: "1000" }, body: text };
    expect((await read.send({ params, body: text, headers })).status).toBe(200);
    expect((await withdraw.send({ ...changed, headers })).status).toBe(200);
    expect((await withdraw.send(changed)).status).toBe(200);
    expect(read.upstream.requests.map((seen) => seen.body)).toEqual(["", "", ""]);
  });
});

describe("a path", () => {
  test.each([
    ["not a number", "abc"],
    ["zero", "0"],
    ["leading zeros", "01000"],
    ["a sign", "-1000"],
    ["a fraction", "1000.0"],
    ["an exponent", "1e3"],
    ["beyond int64", "9223372036854775808"],
    ["twenty digits", "10000000000000000000"],
    ["digits of another script", "١٠٠٠"],
    ["a line break", "1000\n"],
    ["another path", "1000/../4711"],
    ["empty", ""],
  ])("whose id is %s is refused", async (_, customerId) => {
    expect(await read.send({ params: { customerId } })).toBeProblem(400, { pointers: ["/customerId"] });
    expect(read.upstream.requests).toEqual([]);
  });

  test("accepts the largest int64", async () => {
    expect((await read.send({ params: { customerId: "9223372036854775807" } })).status).toBe(200);
  });

  test("with a percent-encoded id is refused", async () => {
    const rawPath = "/v1/memberships/%31000/self-service/contract-data";
    expect(await read.send({ params, rawPath })).toBeProblem(400, { pointers: [""] });
    expect(read.upstream.requests).toEqual([]);
  });

  test("may have the stage or a base path before it", async () => {
    const rawPath = "/dev/v1/memberships/1000/self-service/contract-data";
    expect((await read.send({ params, rawPath })).status).toBe(200);
  });
});

test("an unknown query parameter is refused by name", async () => {
  const answer = await read.send({ params, query: { contractStatus: "ACTIVE" } });
  expect(answer).toBeProblem(400, { pointers: ["/contractStatus"] });
});

test("thousands of query parameters are answered within 40 KiB", async () => {
  const query = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`\u0001${i}`, ""]));
  const answer = await read.send({ params, query });
  expect(Buffer.byteLength(answer.text)).toBeLessThan(40 * 1024);
  expect(answer.json).toMatchObject({ moreErrors: 2_950 });
});

describe("headers", () => {
  test("a valid traceparent is passed on and logged, and another is replaced by X-Ray's, or by a new one", async () => {
    const log = theLog();
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    await read.send({ params, headers: { traceparent } });
    await read.send({ params, headers: { traceparent: "garbage" } });
    vi.stubEnv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1");
    await read.send({ params });
    vi.stubEnv("_X_AMZN_TRACE_ID", undefined);
    const sent = read.upstream.requests.map(({ headers }) => headers["traceparent"]);
    expect(sent).toEqual([
      traceparent,
      expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/),
      "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01",
    ]);
    expect(log.map((line) => line["traceparent"])).toEqual(sent);
    expect(log.map((line) => line["xrayTraceId"])).toEqual([
      undefined,
      undefined,
      "1-5759e988-bd862e3fe1be46a994272793",
    ]);
    expect(log.map((line) => line["lambdaRequestId"])).toEqual(Array(3).fill("lambda-of-tests"));
  });

  test("accept-language with other than printable ASCII is refused", async () => {
    const answer = await read.send({ params, headers: { "accept-language": "dé" } });
    expect(answer).toBeProblem(400, { pointers: ["/accept-language"] });
  });

  test("no others reach the upstream", async () => {
    const headers = {
      authorization: "Bearer t",
      cookie: "a=b",
      "x-api-key": "mine",
      "x-forwarded-for": "1.2.3.4",
      host: "evil",
    };
    await read.send({ params, headers });
    expect(Object.keys(read.upstream.requests[0]?.headers ?? {}).sort()).toEqual([
      "accept",
      "connection",
      "host",
      "traceparent",
      "user-agent",
      "x-api-key",
    ]);
    expect(read.upstream.requests[0]?.headers["x-api-key"]).toBe("key-of-tests");
  });
});

test("one answer lists all faults of a request, each with its place", async () => {
  const answer = await write.send({
    params: { customerId: "x" },
    query: { y: "1" },
    body: { email: 1, phonePrivate: "z", other: true },
    headers: { "accept-language": "\u0001" },
  });
  expect(answer).toBeProblem(400, {
    pointers: ["/customerId", "/y", "/accept-language", "/email", "/phonePrivate", "/other"],
  });
  expect(answer.json).toMatchObject({
    errors: expect.arrayContaining([{ in: "path", pointer: "/customerId", detail: expect.any(String) }]),
  });
});

test("a missing field is reported as missing, whatever its type", async () => {
  const { send } = await aFunction(
    createContractCancelationAmendment,
    () => import("#functions/contracts/create-contract-cancelation-amendment.ts"),
  );
  const master = await aFunction(
    createCustomerMasterDataAmendment,
    () => import("#functions/customer-data/create-customer-master-data-amendment.ts"),
  );
  const answers = [await send({ params, body: {} }), await master.send({ params, body: {} })];
  const details = answers.flatMap(({ json }) =>
    (json as { errors: { detail: string }[] }).errors.map(({ detail }) => detail),
  );
  expect(details).toEqual(Array(2 + 5).fill("is required"));
});

test("a body of null is reported as not an object", async () => {
  const { send } = await aFunction(
    createContractCancelationAmendment,
    () => import("#functions/contracts/create-contract-cancelation-amendment.ts"),
  );
  expect((await send({ params, body: "null" })).text).toContain("must be a JSON object, not null");
});

test("a value that is not in a list gets the list", async () => {
  const master = await aFunction(
    createCustomerMasterDataAmendment,
    () => import("#functions/customer-data/create-customer-master-data-amendment.ts"),
  );
  const { text } = await master.send({ params, body: { gender: "male" } });
  expect(text).toContain("must be one of MALE, FEMALE, UNISEX");
});

test("every answer carries the request id and is neither cached, sniffed nor framed", async () => {
  const answers = [await read.send({ params }), await read.send({ params: { customerId: "x" } })];
  for (const { headers } of answers)
    expect(headers).toMatchObject({
      "x-request-id": "request-of-tests=",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "strict-transport-security": expect.stringContaining("max-age="),
      "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
    });
});

test.each([
  ["names no client", {}],
  ["names a malformed customer", { client_id: "partner", customer_id: "01000" }],
  ["names an empty customer", { client_id: "partner", customer_id: "" }],
])("a token that %s is refused", async (_, claims) => {
  expect(await read.send({ params, claims })).toBeProblem(403, { code: "forbidden" });
  expect(read.upstream.requests).toEqual([]);
});
