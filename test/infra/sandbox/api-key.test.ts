import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { expect, test } from "vitest";
import { getContractData } from "#lib/operations/contracts.ts";
import { apiKey, aSandbox } from "./given.ts";

const readMember = "/v1/memberships/1000/self-service/contract-data";

test.each([
  ["no key", undefined],
  ["a wrong key", "wrong"],
  ["the key and more", `${apiKey}x`],
])("answers 401 with the upstream's error body on any path to %s", async (_, key) => {
  const { sandbox } = await aSandbox();
  const headers = key === undefined ? {} : { "x-api-key": key };

  const known = await fetch(sandbox.url + readMember, { headers });
  const unknown = await fetch(`${sandbox.url}/nowhere`, { headers });

  expect([known.status, unknown.status]).toEqual([401, 401]);
  expect(await known.json()).toEqual({
    errorMessage: "The API key is missing or wrong",
    errorCode: "API_KEY_INVALID",
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    args: [],
    typedArgs: [],
  });
});

test("refuses a request with the key under another host's name, as in DNS rebinding", async () => {
  const { sandbox } = await aSandbox();
  const statusFor = async (path: string, host: string) => {
    const sent = request(sandbox.url + path, { headers: { "x-api-key": apiKey, host } }).end();
    const [answer]: IncomingMessage[] = await once(sent, "response");
    answer?.resume();
    return answer?.statusCode;
  };

  const rebound = [await statusFor(readMember, "rebound.example.com"), await statusFor("/_sandbox/books", "x:80")];
  const own = [await statusFor(readMember, "localhost:1"), await statusFor(readMember, "127.0.0.1")];

  expect([rebound, own]).toEqual([
    [421, 421],
    [200, 200],
  ]);
});

test.each([readMember, "/nowhere", "/", "/_sandbox/books", "/v1/customers?sliceSize=1"])(
  "checks only the key of HEAD %s",
  async (path) => {
    const { sandbox, call } = await aSandbox();

    const valid = await call(path, { method: "HEAD" });
    const invalid = await fetch(sandbox.url + path, { method: "HEAD", headers: { "x-api-key": "wrong" } });

    expect([valid.status, valid.text, invalid.status]).toEqual([200, "", 401]);
  },
);

test("does not apply a fault to HEAD, and applies it to the next request", async () => {
  const { sandbox, call } = await aSandbox();
  sandbox.misbehave({ kind: "status", status: 503 });

  const head = await call(readMember, { method: "HEAD" });
  const get = await call(readMember);

  expect([head.status, get.status]).toEqual([200, 503]);
});

test("refuses the old key and accepts the new one after a rotation", async () => {
  const { sandbox, send } = await aSandbox();
  sandbox.rotateKey("the-next-key");

  const old = await send(getContractData, { customerId: 1000 });
  const next = await send(getContractData, { customerId: 1000 }, { headers: { "x-api-key": "the-next-key" } });

  expect([old.status, next.status]).toEqual([401, 200]);
});

test("remembers requests without the key, also refused ones", async () => {
  const { sandbox, send, call } = await aSandbox();

  await send(getContractData, { customerId: 1000 }, { headers: { "accept-language": "de" } });
  await call("/v1/customers?sliceSize=60", { headers: { "x-api-key": "a-wrong-secret" } });

  expect(sandbox.requests).toMatchObject([
    { method: "GET", path: readMember, operation: "getContractData", headers: { "accept-language": "de" } },
    { method: "GET", path: "/v1/customers?sliceSize=60" },
  ]);
  expect(sandbox.requests[0]?.headers).toHaveProperty("x-api-key");
  expect(JSON.stringify(sandbox.requests)).not.toMatch(/the-key-of-the-studio|a-wrong-secret/);
});
