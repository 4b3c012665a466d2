import { generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { catalog } from "#lib/operations/catalog.ts";
import type { Operation } from "#lib/operations/operation.ts";
import { bodies } from "../../bodies.ts";
import { type RecordingUpstream, startUpstream } from "../../upstream.ts";
import { ended, type Started, startReady, tokenFrom } from "./process.ts";

let upstream: RecordingUpstream;
let gateway: Started;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startReady({ PERFECTGYM_BASE_URL: upstream.url, PERFECTGYM_API_KEY: "key-of-tests" });
});
beforeEach(() => {
  upstream.requests.length = 0;
});
afterAll(async () => {
  gateway.child.kill();
  await ended(gateway);
  upstream.close();
});

const operations: readonly Operation[] = Object.values(catalog).flat();

const call = ({ id, method, path }: Operation, token: string, more: Readonly<Record<string, string>> = {}) => {
  const body = bodies[id];
  return fetch(gateway.url + path.replace("{customerId}", "1000").replace(/\{\w+\}/g, "7"), {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { "content-type": "application/json" }),
      ...more,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
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
  ["membership.read", "membership.write", "customer.read", "customer.write"]
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
    status: ({ params }) => ("customerId" in params.shape ? 403 : 200),
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
  test.each(operations)("gets what is hers and nothing else of $id", async (operation) => {
    const wanted = status(operation);
    const response = await call(operation, await token(operation), headers);
    expect(response.status).toBe(wanted);
    const sent = upstream.requests.filter(({ method }) => method === operation.method);
    expect(sent).toHaveLength(wanted === 200 ? 1 : 0);
  });
});

test("nothing that a caller, a token or the upstream says reaches what the process writes", async () => {
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
  gateway.stdout.length = 0;
  gateway.stderr.length = 0;
  for (const operation of operations) {
    const said = Object.keys(bodies[operation.id] ?? {}).map((field) => [field, mark]);
    const withMarks = { ...operation, path: `${operation.path}?${mark}=${mark}` } as const;
    for (const [place, reply] of replies.entries()) {
      upstream.answerAlways(reply);
      for (const _ of ["sent", "repeated"])
        await call(operation, token, { ...headers, "idempotency-key": mark + place });
    }
    await call(withMarks, token, headers);
    await call(operation, marked, headers);
    await call(operation, token, { ...headers, "studio-id": mark });
    await call({ ...operation, path: operation.path.replace("{customerId}", mark) as `/${string}` }, token, headers);
    if (said.length > 0)
      await fetch(gateway.url + operation.path.replace("{customerId}", "1000"), {
        method: operation.method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ ...Object.fromEntries(said), [mark]: mark }),
      });
  }
  const written = [...gateway.stdout, ...gateway.stderr];
  expect(written.length).toBeGreaterThan(operations.length * 10);
  const values = Object.values(bodies).flatMap((body) =>
    Object.values(body).filter((value) => typeof value === "string" && value.length > 4),
  );
  for (const secret of [mark, "key-of-tests", token.slice(-20), marked.slice(-20), ...values])
    expect(written.filter((line) => line.includes(String(secret)))).toEqual([]);
});
