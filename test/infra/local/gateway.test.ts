import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Local } from "#infra/local/local.ts";
import { catalog } from "#lib/operations/catalog.ts";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { getContractData } from "#lib/operations/contracts.ts";
import { type Operation, scopes } from "#lib/operations/operation.ts";
import { endings } from "#lib/perfectgym/endings.ts";
import { bodies } from "../../bodies.ts";
import { bodyFor, files, formIn, jsonIn } from "../../forms.ts";
import { expectListed } from "../../problems.ts";
import { type RecordingUpstream, type Reply, startUpstream } from "../../upstream.ts";
import { startHere, tokenFrom } from "./process.ts";

let upstream: RecordingUpstream;
let gateway: Local;
let token: string;
/** The throttle's clock: a test begins with every route's allowance, and gets nothing back while it runs. */
let nowMs = 0;
/** Lines of the log. */
const written: string[] = [];

beforeAll(async () => {
  for (const name of ["stdout", "stderr"] as const)
    vi.spyOn(process[name], "write").mockImplementation((text) => written.push(...String(text).split("\n")) > 0);
  upstream = await startUpstream();
  gateway = await startHere({ PERFECTGYM_BASE_URL: upstream.url, PERFECTGYM_API_KEY: "key-of-tests" }, () => nowMs);
  token = await tokenFrom(gateway.url);
});
beforeEach(() => {
  upstream.requests.length = 0;
  nowMs += 60_000;
});
afterAll(async () => {
  await gateway.close();
  upstream.close();
});

const contractData = "/v1/memberships/1000/self-service/contract-data";
const get = (path: string, bearer: string | undefined = token) =>
  fetch(gateway.url + path, bearer ? { headers: { authorization: `Bearer ${bearer}` } } : {});

const operations: readonly Operation[] = Object.values(catalog).flat();

test.each(operations)(
  "$id goes through token, gateway, built Lambda and secret to the upstream and back",
  async (operation) => {
    const { id, method, path, write } = operation;
    const answer = '{"id": 9223372036854775807, "neverHeardOf": [1.50]}';
    upstream.answerAlways({ body: answer });
    const target = path.replace(/\{\w+\}/g, "9007199254740993");
    const body = bodies[id];
    const sent = bodyFor(operation, body);
    const headers = { ...sent.headers, authorization: `Bearer ${token}` };
    const response = await fetch(gateway.url + target, { ...sent, method, headers });
    expect(response.status).toBe(200);
    const given = await response.text();
    if (!write?.receipt) expect(given).toBe(answer);
    else expect(given.startsWith(`${answer.slice(0, -1)},"receipt":{`)).toBe(true);
    const [seen, ...more] = upstream.requests.filter((each) => each.method === method);
    expect([seen?.url, more]).toEqual([target, []]);
    expect(seen && (await jsonIn(operation, seen))).toBe(body === undefined ? "" : JSON.stringify(body));
    expect(upstream.requests[0]?.headers).toMatchObject({ "x-api-key": "key-of-tests" });
    expect(JSON.stringify(upstream.requests)).not.toContain(token);
  },
);

test.each(operations.filter((each) => each.document))(
  "$id takes a form with a document, byte for byte",
  async (operation) => {
    upstream.answerAlways({ body: '{"id":1}' });
    const bytes = Buffer.concat([files["application/pdf"], randomBytes(1_000_000)]);
    const sent = bodyFor(operation, bodies[operation.id], new File([bytes], "Attest ü.pdf"));
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(gateway.url + targetOf(operation), { ...sent, method: operation.method, headers });
    expect(response.status).toBe(200);
    const seen = upstream.requests.find(({ method }) => method === operation.method);
    expect(seen && (await formIn(seen))).toEqual({
      names: ["data", "document"],
      data: JSON.stringify(bodies[operation.id]),
      filename: "Attest ü.pdf",
      mediaType: "application/pdf",
      bytes,
    });
  },
);

describe("a token", () => {
  const claims = { client_id: "demo-partner", scope: "perfectgym/membership.read", token_use: "access" };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  const forgeries: Readonly<Record<string, () => Promise<string> | string>> = {
    missing: () => "",
    garbage: () => "garbage",
    "with alg none": () => `${part({ alg: "none" })}.${part({ ...claims, iss: gateway.url, exp: 2 ** 32 })}.`,
    "of another key": async () => {
      const { privateKey } = await generateKeyPair("RS256");
      return new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256" })
        .setIssuer(gateway.url)
        .setExpirationTime("1h")
        .sign(privateKey);
    },
    "with HS256 and a guessable key": () =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "HS256" })
        .setIssuer(gateway.url)
        .setExpirationTime("1h")
        .sign(Buffer.alloc(32)),
    "with other claims than were signed": () => {
      const [head = "", body = "", signed = ""] = token.split(".");
      const changed = { ...JSON.parse(Buffer.from(body, "base64url").toString()), customer_id: "4711" };
      return [head, part(changed), signed].join(".");
    },
    expired: () => tokenFrom(gateway.url, { expires_in: "-10" }),
  };

  test.each(Object.keys(forgeries))("that is %s is refused", async (name) => {
    const response = await get(contractData, await forgeries[name]?.());
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(await response.json()).toMatchObject({ message: "Unauthorized", status: 401 });
    expect(upstream.requests).toEqual([]);
  });

  test("without the route's scope is forbidden", async () => {
    const other = await tokenFrom(gateway.url, { scope: "perfectgym/membership.write perfectgym/customer.read" });
    expect((await get(contractData, other)).status).toBe(403);
    expect(upstream.requests).toEqual([]);
  });

  test("of a member allows only her own record", async () => {
    upstream.answerAlways({ body: "[]" });
    const member = await tokenFrom(gateway.url, { customer_id: "1000" });
    expect((await get(contractData, member)).status).toBe(200);
    expect((await get(contractData.replace("1000", "1001"), member)).status).toBe(403);
    expect(upstream.requests).toHaveLength(1);
  });
});

describe("the token endpoint", () => {
  const ask = (form: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}/oauth2/token`, { method: "POST", body: new URLSearchParams(form), headers });

  test("also accepts the client's credentials by HTTP Basic", async () => {
    const authorization = `Basic ${Buffer.from("demo-partner:demo-secret").toString("base64")}`;
    const response = await ask(
      { grant_type: "client_credentials", scope: "perfectgym/customer.read" },
      { authorization },
    );
    expect(await response.json()).toMatchObject({
      token_type: "Bearer",
      expires_in: 3600,
      scope: "perfectgym/customer.read",
    });
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test.each([
    ["invalid_client", 401, { client_secret: "wrong" }],
    ["unsupported_grant_type", 400, { grant_type: "password" }],
    ["invalid_scope", 400, { scope: "perfectgym/everything" }],
    ["invalid_request", 400, { expires_in: "soon" }],
  ])("answers %s as in RFC 6749", async (error, status, change) => {
    const form = { grant_type: "client_credentials", client_id: "demo-partner", client_secret: "demo-secret" };
    const response = await ask({ ...form, ...change });
    expect([response.status, await response.json()]).toEqual([
      status,
      { error, error_description: expect.any(String) },
    ]);
  });
});

test("the token endpoint refuses a body that is too large for its form", async () => {
  const ask = (bytes: number) =>
    fetch(`${gateway.url}/oauth2/token`, {
      method: "POST",
      body: "grant_type=client_credentials&client_id=demo-partner&client_secret=demo-secret&x=".padEnd(bytes, "x"),
    });
  const [small, large] = [await ask(16 * 1024), await ask(1_000_000)];
  expect([small.status, large.status, await large.json()]).toEqual([
    200,
    413,
    { error: "invalid_request", error_description: expect.any(String) },
  ]);
});

test("a request under another host's name is refused, as in DNS rebinding", async () => {
  const { port } = new URL(gateway.url);
  const statusFor = async (host: string, path: string) => {
    const headers = { host, authorization: `Bearer ${token}`, origin: `http://${host}` };
    const sent = request(gateway.url + path, { headers }).end();
    const [answer]: IncomingMessage[] = await once(sent, "response");
    answer?.resume();
    return answer?.statusCode;
  };
  upstream.answerAlways({ body: "[]" });
  for (const host of [
    `rebound.example.com:${port}`,
    "rebound.example.com",
    "localhost.example.com",
    "0.0.0.0",
    "x@localhost:80",
  ])
    for (const path of [contractData, "/docs/problems", "/oauth2/token"]) expect(await statusFor(host, path)).toBe(421);
  expect(upstream.requests).toEqual([]);
  for (const host of ["localhost", `LOCALHOST:${port}`, `127.0.0.1:${port}`, "[::1]:1"])
    expect(await statusFor(host, contractData)).toBe(200);
});

describe("a path", () => {
  test.each([
    ["/v1/customers", 404],
    [`${contractData}/`, 404],
    [contractData.replace("/1000", "//1000"), 404],
    [contractData.replace("1000", ""), 404],
    [contractData.replace("1000", "01000"), 400],
    [contractData.replace("1000", "%31000"), 400],
    [contractData.replace("1000", "1000;x"), 400],
    [contractData.replace("1000", "1000%00"), 400],
    [contractData.replace("1000", "1000%2F..%2F4711"), 400],
    [contractData.replace("1000", "%E0%A4%A"), 400],
    [`${contractData}?contractStatus=ACTIVE`, 400],
  ])("%s gets a 4xx and does not reach the upstream", async (path, status) => {
    expect((await get(path)).status).toBe(status);
    expect(upstream.requests).toEqual([]);
  });

  test("is not found with another method", async () => {
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(gateway.url + contractData, { method: "PUT", headers })).status).toBe(404);
    expect((await fetch(gateway.url + contractData, { method: "POST", headers })).status).toBe(404);
  });
});

test("an HTTP request never counts as a direct invocation", async () => {
  const invoke = { studioId: "demo-studio", params: { customerId: "1000" } };
  const attempts = [
    fetch(`${gateway.url}/v1/customers/1000/self-service/contact-data`, {
      method: "POST",
      headers: { "content-type": "application/json", invoke: JSON.stringify(invoke) },
      body: JSON.stringify({ invoke }),
    }),
    fetch(`${gateway.url}${contractData}?invoke=${encodeURIComponent(JSON.stringify(invoke))}`),
  ];
  expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual([401, 401]);
  expect(upstream.requests).toEqual([]);
});

test("a body that is not UTF-8 is refused", async () => {
  const response = await fetch(`${gateway.url}/v1/customers/1000/self-service/contact-data`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
  });
  expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ code: "request-invalid" })]);
});

test.each([
  ["a header that is too large", 431, `GET / HTTP/1.1\r\nhost: x\r\nx: ${"x".repeat(11_000)}\r\n\r\n`],
  ["an unknown method", 400, "STEAL / HTTP/1.1\r\nhost: x\r\n\r\n"],
])("%s gets a problem", async (_, status, bytes) => {
  const socket = connect(Number(new URL(gateway.url).port), "127.0.0.1").setEncoding("utf8");
  socket.write(bytes);
  const [text] = await once(socket, "data");
  expect(text).toMatch(
    new RegExp(`^HTTP/1.1 ${status} .*content-type: application/problem\\+json.*"status":${status}`, "s"),
  );
});

test("more requests at once than a route allows are refused, until time has passed", async () => {
  const path = "/v1/customers/1000/self-service/amendment/7";
  const ask = async (count: number) => {
    const answers = Array.from({ length: count }, () => fetch(gateway.url + path, { method: "DELETE" }));
    const responses = await Promise.all(answers);
    for (const { status, headers } of responses) expect(headers.get("retry-after")).toBe(status === 429 ? "1" : null);
    return responses.map(({ status }) => status).sort();
  };
  // A write may come 200 times at once, then 100 times a second.
  expect(await ask(205)).toEqual([...Array(200).fill(401), ...Array(5).fill(429)]);
  nowMs += 20;
  expect(await ask(3)).toEqual([401, 401, 429]);
});

test("a partner that sends more than its limit is refused, and the others are served", async () => {
  upstream.answerAlways({ body: "[]" });
  const chain = await tokenFrom(gateway.url, { client_id: "chain-partner", client_secret: "chain-secret" });
  const headers = { authorization: `Bearer ${chain}`, "studio-id": "demo-studio" };
  // Ten in ten seconds. While they are sent, the next ten seconds may begin.
  const answers = await Promise.all(Array.from({ length: 30 }, () => fetch(gateway.url + contractData, { headers })));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(10);
  expect(answers.length - refused.length).toBeGreaterThanOrEqual(10);
  for (const response of refused) {
    expect(response.headers.get("retry-after")).toMatch(/^([1-9]|10)$/);
    expect(response.headers.get("ratelimit-policy")).toBe('"getContractData";q=10;w=10');
    expect(response.headers.get("ratelimit")).toMatch(/^"getContractData";r=0;t=([1-9]|10)$/);
    expect(await response.json()).toMatchObject({ code: "too-many-requests", status: 429 });
  }
  expect((await get(contractData)).status).toBe(200);
});

test("an origin that is not listed gets no CORS headers", async () => {
  const headers = { origin: "https://app.example.com", "access-control-request-method": "GET" };
  const preflight = await fetch(gateway.url + contractData, { method: "OPTIONS", headers });
  const answer = await fetch(gateway.url + contractData, { headers });
  expect([preflight.status, answer.status]).toEqual([404, 401]);
  for (const response of [preflight, answer]) expect(response.headers.get("access-control-allow-origin")).toBeNull();
});

test("a caller that goes away in the middle of a body does not affect others", async () => {
  const { port } = new URL(gateway.url);
  const socket = connect(Number(port), "127.0.0.1");
  const head = `POST /v1/customers/1/self-service/contact-data HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n`;
  const part = `${head}content-type: application/json\r\ncontent-length: 100\r\n\r\n{"em`;
  socket.write(part, () => socket.destroy());
  await once(socket, "close");
  upstream.answerAlways({ body: "[]" });
  expect((await get(contractData)).status).toBe(200);
});

test.each<[number, string, string, string | undefined]>([
  [401, "GET /v1/memberships/{customerId}/self-service/contract-data", contractData, "no-token"],
  [404, "GET", "/v1/members/robin@example.com", undefined],
])(
  "a request that no function sees (%i) leaves a line in the terminal, without its path",
  async (status, route, path, bearer) => {
    written.length = 0;
    const response = await get(path, bearer);
    expect(response.status).toBe(status);
    const lines = written.filter((line) => line.includes('"gateway":"refused"')).map((line) => JSON.parse(line));
    expect(lines).toEqual([
      {
        gateway: "refused",
        route,
        status,
        code: expect.any(String),
        requestId: response.headers.get("apigw-requestid"),
      },
    ]);
    expect(written.join("")).not.toContain("robin");
  },
);

const replies: readonly Reply[] = [
  { status: 400, body: '{"errorMessage":"Nein","reference":"email"}' },
  { status: 401 },
  { status: 403, body: '{"errorMessage":"Nein"}' },
  { status: 429, headers: { "retry-after": "900" } },
  { status: 503, headers: { "retry-after": "900" } },
  { status: 500 },
  { body: "<html>" },
  { instead: "reset" },
];

test("each of its problems is one of the list, in the caller's language", async () => {
  const codes = new Set<unknown>();
  const check = async (response: Response) => {
    const json: unknown = await response.json();
    expectListed(json, Object.fromEntries(response.headers));
    codes.add((json as { code?: unknown }).code);
    return response.headers.get("content-language");
  };
  const german = { "accept-language": "de" };
  for (const reply of replies) {
    upstream.answerAlways(reply);
    const inWords = reply.body?.includes("Nein") ? null : "de";
    for (const operation of [getContractData, createCustomerContactDataAmendment])
      expect(await check(await call(operation, token, german))).toBe(inWords);
  }
  const own = { authorization: `Bearer ${token}`, ...german };
  const amendment = gateway.url + targetOf(createCustomerContactDataAmendment);
  const send = (more: Readonly<Record<string, string>>, body: string) =>
    fetch(amendment, { method: "POST", headers: { ...own, ...more }, body });
  const json = { "content-type": "application/json" };
  for (const response of [
    await fetch(`${gateway.url}${contractData}?page=1`, { headers: own }),
    await send({ "content-type": "text/plain" }, "robin@example.com"),
    await send(json, `{"email":"${"a".repeat(70_000)}"}`),
    await send({ ...json, "studio-id": "another" }, '{"email":"robin@example.com"}'),
  ])
    expect(await check(response)).toBe("de");
  for (const response of [
    await get(contractData, ""),
    await get(contractData, await tokenFrom(gateway.url, { scope: "perfectgym/customer.read" })),
    await get("/nothing"),
    await get("/%"),
  ])
    expect(await check(response)).toBe("en");
  expect([...codes].sort()).toEqual([
    "body-too-large",
    "forbidden",
    "media-type-unsupported",
    "not-found",
    "request-invalid",
    "unauthenticated",
    "upstream-busy",
    "upstream-forbidden",
    "upstream-refused",
    "upstream-rejected-key",
    "upstream-unavailable",
    "upstream-unintelligible",
  ]);
});

test("a problem's type is the URL of a public page that explains it", async () => {
  const { type } = (await (await get(contractData.replace("1000", "x"))).json()) as { type: string };
  const { href, hash } = new URL(type, gateway.url);
  const page = await fetch(href);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  const html = await page.text();
  expect(html).toContain(`id="${hash.slice(1)}"`);
  for (const { observed, because } of Object.values(endings)) {
    expect(html).toContain(observed);
    expect(html).toContain(because);
  }
});

test.each([
  ["/docs/problems", "de", "de"],
  ["/docs/problems?lang=de", "en", "de"],
])("%s with Accept-Language %s is in %s", async (path, acceptLanguage, language) => {
  const page = await fetch(gateway.url + path, { headers: { "accept-language": acceptLanguage } });
  expect(page.headers.get("content-language")).toBe(language);
  expect(page.headers.get("vary")).toBe("accept-encoding, accept-language");
  expect(await page.text()).toContain("Was das Mitglied sehen soll");
});

test("the page of problems can only be read", async () => {
  for (const method of ["POST", "PUT", "DELETE"])
    expect((await fetch(`${gateway.url}/docs/problems`, { method })).status).toBe(404);
});

test("the schemas of events are on a public page", async () => {
  const page = await fetch(`${gateway.url}/docs/events`);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  const html = await page.text();
  for (const word of ["reminderId", "lastPossibleCancelationDate", "eventId", "loi Chatel", "no legal advice"])
    expect(html).toContain(word);
});

/** Of member 1000, with her contract 7. */
const targetOf = ({ path }: Operation): string => path.replace("{customerId}", "1000").replace(/\{\w+\}/g, "7");

const call = (operation: Operation, token: string, more: Readonly<Record<string, string>> = {}) => {
  const sent = bodyFor(operation, bodies[operation.id]);
  const headers = { ...(token && { authorization: `Bearer ${token}` }), ...sent.headers, ...more };
  return fetch(gateway.url + targetOf(operation), { ...sent, method: operation.method, headers });
};

const forged = async (): Promise<string> => {
  const { privateKey } = await generateKeyPair("RS256");
  const scope = operations.map((operation) => `perfectgym/${operation.scope}`).join(" ");
  return new SignJWT({ client_id: "demo-partner", scope, token_use: "access" })
    .setProtectedHeader({ alg: "RS256" })
    .setIssuer(gateway.url)
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(privateKey);
};

const wrongScopes = (operation: Operation): string =>
  scopes
    .filter((scope) => scope !== operation.scope)
    .map((scope) => `perfectgym/${scope}`)
    .join(" ");

const other = { client_id: "other-partner", client_secret: "other-secret" };

interface Caller {
  readonly name: string;
  readonly token: (operation: Operation) => Promise<string>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: (operation: Operation) => number;
}

const callers: readonly Caller[] = [
  { name: "nobody", token: async () => "", status: () => 401 },
  { name: "a forger", token: forged, status: () => 401 },
  { name: "a partner too late", token: () => tokenFrom(gateway.url, { expires_in: "-1" }), status: () => 401 },
  {
    name: "a partner with every other scope",
    token: (operation) => tokenFrom(gateway.url, { scope: wrongScopes(operation) }),
    status: () => 403,
  },
  { name: "the member", token: () => tokenFrom(gateway.url, { customer_id: "1000" }), status: () => 200 },
  {
    name: "another member",
    token: () => tokenFrom(gateway.url, { customer_id: "1001" }),
    status: ({ params }) => ("customerId" in params.shape || "contractId" in params.shape ? 403 : 200),
  },
  { name: "a partner of the studio", token: () => tokenFrom(gateway.url), status: () => 200 },
  { name: "a partner of another studio", token: () => tokenFrom(gateway.url, other), status: () => 403 },
  {
    name: "a partner of another studio who asks for this one",
    token: () => tokenFrom(gateway.url, other),
    headers: { "studio-id": "demo-studio" },
    status: () => 403,
  },
];

describe.each(callers)("$name", ({ token, headers, status }) => {
  test.each(operations)("gets only what she may get from $id", async (operation) => {
    const wanted = status(operation);
    upstream.answerAlways(({ url }) => ({ body: url === contractData ? '[{"id":7}]' : "[]" }));
    const response = await call(operation, await token(operation), headers);
    expect(response.status).toBe(wanted);
    const sent = upstream.requests.filter(
      ({ method, url }) => method === operation.method && url === targetOf(operation),
    );
    expect(sent).toHaveLength(wanted === 200 ? 1 : 0);
  });
});

test("the process writes nothing that a caller, a token or the upstream sends", async () => {
  const mark = "Mark0815";
  const token = await tokenFrom(gateway.url);
  const marked = await tokenFrom(gateway.url, { customer_id: mark });
  const headers = {
    "x-mark": mark,
    "accept-language": mark,
    "user-agent": mark,
    "studio-id": "demo-studio",
    cookie: `${mark}=1`,
  };
  const error = JSON.stringify({ errorMessage: mark, errorCode: mark, traceId: mark, reference: mark, args: [mark] });
  const replies = [
    { body: JSON.stringify({ [mark]: mark }) },
    { status: 400, body: error },
    { status: 401, body: error },
    { status: 500, body: error, headers: { "retry-after": mark, "x-mark": mark } },
    { status: 418, body: mark },
    { body: `<html>${mark}` },
  ];
  written.length = 0;
  for (const [place, reply] of replies.entries()) {
    upstream.answerAlways(reply);
    const twice = operations.map(async (operation) => {
      for (const _ of ["sent", "repeated"])
        await call(operation, token, { ...headers, "idempotency-key": `${mark}-in-a-key-${place}` });
    });
    await Promise.all(twice);
  }
  const refused = operations.flatMap((operation) => {
    const said = Object.keys(bodies[operation.id] ?? {}).map((field) => [field, mark]);
    const sent = bodyFor(operation, { ...Object.fromEntries(said), [mark]: mark }, new File([mark], mark));
    return [
      call({ ...operation, path: `${operation.path}?${mark}=${mark}` }, token, headers),
      call(operation, marked, headers),
      call(operation, token, { ...headers, "studio-id": mark }),
      call({ ...operation, path: operation.path.replace("{customerId}", mark) as `/${string}` }, token, headers),
      said.length > 0 &&
        fetch(gateway.url + operation.path.replace("{customerId}", "1000"), {
          ...sent,
          method: operation.method,
          headers: { ...sent.headers, authorization: `Bearer ${token}` },
        }),
    ];
  });
  await Promise.all(refused);
  expect(written.length).toBeGreaterThan(operations.length * 10);
  const values = Object.values(bodies).flatMap((body) =>
    Object.values(body).filter((value) => typeof value === "string" && value.length > 4),
  );
  expect(written.filter((line) => line.includes("infra/local/worker.ts"))).not.toEqual([]);
  for (const secret of [mark, "key-of-tests", token.slice(-20), marked.slice(-20), "data:text/javascript"])
    expect(written.filter((line) => line.includes(secret))).toEqual([]);
  // The day of a cancelation belongs to its event. Values by themselves: a random id can have a postal code in it.
  const lines = written.map((line) => line.replace(/^(\{"event":.*)"requestedDate":"[\d-]{10}"/, "$1"));
  for (const value of values) {
    const alone = new RegExp(`(?<!\\w)${String(value).replace(/[^\w\s]/g, "\\$&")}(?!\\w)`);
    expect(lines.filter((line) => alone.test(line))).toEqual([]);
  }
});
