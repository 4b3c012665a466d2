import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { CastMember, Message, Setting } from "#infra/local/console/messages.ts";
import type { Local } from "#infra/local/local.ts";
import { startHere, tokenFrom } from "./process.ts";

let gateway: Local;
const written: string[] = [];

beforeAll(async () => {
  vi.spyOn(process.stderr, "write").mockImplementation((line) => written.push(String(line)) > 0);
  gateway = await startHere({ LOG: "lines" });
});
afterAll(() => gateway.close());

/** Asks as the console's page does, unless `headers` say otherwise. */
const ask = async (path: string, body?: object, headers: Readonly<Record<string, string>> = {}) => {
  const own = { host: new URL(gateway.url).host, "sec-fetch-site": "same-origin" };
  const sending = body ? { method: "POST", origin: gateway.url, "content-type": "application/json" } : {};
  const { method = "GET", ...more } = sending;
  const all = Object.entries({ ...own, ...more, ...headers }).filter(([, value]) => value !== "");
  const sent = request(gateway.url + path, { method, headers: Object.fromEntries(all) });
  sent.end(body && JSON.stringify(body));
  const [answer]: IncomingMessage[] = await once(sent, "response");
  if (!answer) throw new TypeError("no answer");
  const content = await text(answer);
  return { status: answer.statusCode, headers: answer.headers, text: content };
};
const read = async <Answer>(path: string, body?: object): Promise<Answer> => JSON.parse((await ask(path, body)).text);

/** The messages of the stream until one of them fits. */
const streamUntil = async (
  fits: (message: Message) => boolean,
  act: () => Promise<unknown> = async () => undefined,
) => {
  const stream = await fetch(`${gateway.url}/_console/stream`);
  await act();
  const seen: Message[] = [];
  let rest = "";
  for await (const chunk of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const parts = (rest + chunk).split("\n\n");
    rest = parts.pop() ?? "";
    seen.push(...parts.map((part) => JSON.parse(part.slice("data: ".length))));
    if (seen.some(fits)) return seen;
  }
  throw new Error("the stream ended");
};

const contractData = "/v1/memberships/1000/self-service/contract-data";

test("the page runs only its own scripts and styles, and each of its files is there", async () => {
  const page = await ask("/");
  expect(page.headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
  expect(page.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  const files = [...page.text.matchAll(/(?:src|href)="(\/_console\/[^"]+)"/g)].map(([, file = ""]) => file);
  // The list grows while it is read: a script names others.
  for (const file of files) {
    const { status, text: content } = await ask(file);
    expect([file, status]).toEqual([file, 200]);
    expect(content).not.toMatch(/\binterface\b|import type/);
    for (const [, name = ""] of content.matchAll(/from "\.\/([\w.]+)"/g))
      if (!files.includes(`/_console/${name}`)) files.push(`/_console/${name}`);
  }
  expect(files.length).toBeGreaterThan(5);
});

describe("the console refuses", () => {
  const wanted = { clientId: "demo-partner" };
  test.each<[string, string, object | undefined, Readonly<Record<string, string>>]>([
    ["a read from another site", "/_console/setting", undefined, { "sec-fetch-site": "cross-site" }],
    ["a read from another port of this machine", "/_console/cast", undefined, { "sec-fetch-site": "same-site" }],
    ["a stream for another site", "/_console/stream", undefined, { "sec-fetch-site": "cross-site" }],
    ["another origin", "/_console/token", wanted, { origin: "https://evil.example" }],
    ["another port's origin", "/_console/token", wanted, { origin: "http://localhost:1" }],
    ["a POST without an origin", "/_console/token", wanted, { origin: "" }],
    ["a form", "/_console/token", wanted, { "content-type": "text/plain" }],
  ])("%s", async (_, path, body, headers) => {
    expect((await ask(path, body, headers)).status).toBe(403);
  });

  test.each(["/", "/_console/setting", "/_console/token"])("%s under another name of this machine", async (path) => {
    // As in DNS rebinding: the page's origin and host are the same.
    const named = { host: "rebound.example.com", origin: "http://rebound.example.com" };
    expect((await ask(path, path.endsWith("token") ? wanted : undefined, named)).status).toBe(421);
  });

  test.each([
    ["token", { clientId: "nobody" }],
    ["token", { clientId: "demo-partner", customerId: "x" }],
    ["conditions", { trouble: "earthquake", readsLag: false, verifies: true }],
    ["conditions", { trouble: "none" }],
    ["send", { eventId: "unknown" }],
  ])("malformed wishes: %s %j", async (path, body) => {
    expect((await ask(`/_console/${path}`, body)).status).toBe(400);
  });
});

test("names listed in ALLOWED_HOSTS reach the gateway, but not the console", async () => {
  const other = await startHere({ LOG: "lines", ALLOWED_HOSTS: "box" });
  const statusOf = async (path: string) => {
    const sent = request(other.url + path, { headers: { host: "box" } }).end();
    const [answer]: IncomingMessage[] = await once(sent, "response");
    answer?.resume();
    return answer?.statusCode;
  };
  const statuses = [await statusOf("/"), await statusOf("/_console/setting"), await statusOf("/v1/nothing")];
  await other.close();
  expect(statuses).toEqual([403, 403, 404]);
});

test("with an upstream on another machine there is no console, and / leads to the reference as when deployed", async () => {
  const env = { PERFECTGYM_BASE_URL: "https://gym.example.com", PERFECTGYM_API_KEY: "key-of-tests" };
  const remote = await startHere({ ...env, DEMO_SECRET: "chosen-by-me", LOG: "lines" });
  const start = await fetch(remote.url, { redirect: "manual" });
  const setting = await fetch(`${remote.url}/_console/setting`);
  await remote.close();
  expect([start.status, start.headers.get("location"), setting.status]).toEqual([302, "/docs", 404]);
  expect(remote.hasConsole).toBe(false);
});

test("tells the partners, the operations, and the cast with its situations", async () => {
  const { partners, operations, sandbox } = await read<Setting>("/_console/setting");
  expect(partners.map(({ clientId }) => clientId)).toEqual(["demo-partner", "other-partner", "chain-partner"]);
  expect(sandbox).toEqual(gateway.sandbox);
  const cancel = operations.find(({ id }) => id === "createContractCancelationAmendment");
  expect(cancel?.fields).toContainEqual({ name: "contractId", isInteger: true, example: "1000" });
  const form = operations.find(({ id }) => id === "createIdlePeriodAmendment");
  expect([form?.isForm, form?.fields?.map(({ name }) => name)]).toEqual([true, expect.arrayContaining(["startDate"])]);
  const [first] = await read<CastMember[]>("/_console/cast");
  expect(first).toMatchObject({ customerId: "1000", situation: expect.stringContaining("the friendly one") });
});

test("hands out a member's token, which opens her record only", async () => {
  const { token } = await read<{ token: string }>("/_console/token", { clientId: "demo-partner", customerId: "1001" });
  const headers = { authorization: `Bearer ${token}` };
  const statuses = [contractData, contractData.replace("1000", "1001")].map(
    async (path) => (await fetch(gateway.url + path, { headers })).status,
  );
  expect(await Promise.all(statuses)).toEqual([403, 200]);
});

test("the stream shows a request with its log and its calls of the upstream, and the event", async () => {
  const authorization = `Bearer ${await tokenFrom(gateway.url)}`;
  const headers = { authorization, "content-type": "application/json", "idempotency-key": `"${randomUUID()}"` };
  let id: string | null = null;
  const messages = await streamUntil(
    (message) => message.kind === "event",
    async () => {
      const response = await fetch(`${gateway.url}/v1/customers/1002/self-service/contact-data`, {
        method: "POST",
        headers,
        body: JSON.stringify({ email: "robin@example.com" }),
      });
      id = response.headers.get("apigw-requestid");
    },
  );
  expect(messages[0]?.kind).toBe("snapshot");
  expect(messages.find(({ kind }) => kind === "event")).toMatchObject({ event: { type: "CustomerDataAmended" } });
  const isComplete = (message: Message) =>
    message.kind === "snapshot" &&
    message.exchanges.some((each) => each.id === id && each.log.length > 0 && each.upstream.length > 0);
  await vi.waitFor(async () => expect((await streamUntil(() => true)).some(isComplete)).toBe(true));
  const [snapshot] = await streamUntil(() => true);
  const exchange = snapshot?.kind === "snapshot" && snapshot.exchanges.find((each) => each.id === id);
  expect(exchange).toMatchObject({
    method: "POST",
    path: "/v1/customers/1002/self-service/contact-data",
    clientId: "demo-partner",
    ended: { status: 200 },
    log: [expect.stringContaining('"operation":"createCustomerContactDataAmendment"')],
    upstream: [{ studio: "demo-studio", method: "POST", status: 200 }],
  });
});

test("a switch changes how the sandbox answers, and every page hears of it", async () => {
  const normal = { trouble: "none", readsLag: false, verifies: true };
  const headers = { authorization: `Bearer ${await tokenFrom(gateway.url)}` };
  const status = async () => (await fetch(gateway.url + contractData, { headers })).status;
  const heard = await streamUntil(
    (message) => message.kind === "conditions",
    () => ask("/_console/conditions", { ...normal, trouble: "down" }),
  );
  expect(heard.at(-1)).toMatchObject({ conditions: { trouble: "down" } });
  const down = await status();
  await ask("/_console/conditions", normal);
  expect([down, await status()]).toEqual([502, 200]);
});

test("the terminal shows a line for each request and event, and never a token", async () => {
  const token = await tokenFrom(gateway.url);
  const lines = () => written.join("").split("\n");
  await fetch(`${gateway.url + contractData}?q=1`, { headers: { authorization: `Bearer ${token}` } });
  await fetch(gateway.url + contractData);
  await fetch(`${gateway.url}/v1/none%1b`);
  await vi.waitFor(() => {
    expect(lines()).toContainEqual(
      expect.stringMatching(/^\d\d:\d\d:\d\d {2}401 {2}GET {2}\S+contract-data {2}\d+ ms {2}unauthenticated$/),
    );
    expect(lines()).toContainEqual(expect.stringMatching(/ 404 {2}GET {2}\/v1\/none%1b {2}\d+ ms {2}not-found$/));
    expect(lines()).toContainEqual(
      expect.stringMatching(/ 400 {2}GET {2}\S+contract-data {2}\d+ ms {2}demo-partner {2}request-invalid$/),
    );
    expect(lines()).toContainEqual(expect.stringMatching(/ event {2}CustomerDataAmended {2}customerId 1002/));
  });
  expect(written.join("")).not.toContain(token.slice(-20));
  expect(lines().filter((line) => line.startsWith("{"))).toEqual([]);
});
