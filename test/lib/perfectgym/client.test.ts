import { createServer } from "node:http";
import net, { type Socket } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { listen, listenOn } from "#infra/http-server.ts";
import { withdrawContractCancelation } from "#lib/operations/contracts.ts";
import { getCustomers } from "#lib/operations/customers.ts";
import { createPerfectGym } from "#lib/perfectgym/client.ts";
import { createStudioStore } from "#lib/perfectgym/studios.ts";
import { createTransport } from "#lib/perfectgym/transport.ts";
import { type Reply, startUpstream } from "../../upstream.ts";

const perfectGymAt = (baseUrl: string, sleep?: (ms: number) => Promise<unknown>) =>
  createPerfectGym({
    studios: createStudioStore({ fetchSecret: async () => JSON.stringify({ one: { baseUrl, apiKey: "k" } }) }),
    transport: createTransport(),
    ...(sleep && { sleep }),
  });

const withdrawal = { studioId: "one", params: { customerId: "1", contractId: "2" }, budgetMs: 5_000 };

test("a write whose connection was refused is sent again, and carried out once", async () => {
  const server = createServer((_, response) => response.end("{}"));
  const url = await listen(server, 0);
  const port = Number(new URL(url).port);
  await new Promise((resolve) => server.close(resolve));
  onTestFinished(() => server.close().closeAllConnections());
  const perfectGym = perfectGymAt(url, () => listen(server, port));

  expect(await perfectGym.call(withdrawContractCancelation, withdrawal)).toMatchObject({ status: 200, attempts: 2 });
});

test("an upstream that refuses connections is unavailable, and leaves no write in doubt", async () => {
  const { url, close } = await startUpstream();
  close();
  const call = perfectGymAt(url).call(withdrawContractCancelation, withdrawal);
  await expect(call).rejects.toMatchObject({ code: "upstream-unavailable" });
  await expect(call).rejects.toMatchObject({ facts: { attempts: 3 } });
  await expect(call).rejects.not.toHaveProperty("facts.outcome");
  await expect(call).rejects.toHaveProperty("cause.code", "no-connection");
});

test.each(["http", "https"])("a write whose connection fails at once was not carried out (%s)", async (scheme) => {
  // As Node does if the network cannot be reached. A test may not try to reach one.
  const connect = vi.spyOn(net.Socket.prototype, "connect").mockImplementation(function (this: Socket) {
    process.nextTick(() => this.destroy(new Error("ENETUNREACH")));
    return this;
  });
  onTestFinished(() => connect.mockRestore());
  const written = perfectGymAt(`${scheme}://127.0.0.1:1`).call(withdrawContractCancelation, withdrawal);
  await expect(written).rejects.toHaveProperty("cause.code", "no-connection");
  await expect(written).rejects.not.toHaveProperty("facts.outcome");
});

test.each([
  ["breaks off", (socket: Socket) => socket.once("data", () => socket.destroy())],
  ["does not end", (socket: Socket) => socket.resume()],
])("a write whose TLS handshake %s was not carried out", async (_, shake) => {
  const sockets: Socket[] = [];
  const server = net.createServer((socket) => sockets.push(shake(socket.on("error", () => undefined))));
  const port = await listenOn(server, 0);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const call = { ...withdrawal, budgetMs: 60_000, maxAttempts: 1, maxAttemptMs: 500 };
  const written = perfectGymAt(`https://127.0.0.1:${port}`).call(withdrawContractCancelation, call);
  await expect(written).rejects.toHaveProperty("cause.code", "no-connection");
  await expect(written).rejects.not.toHaveProperty("facts.outcome");
});

test.each<[string, Reply]>([
  ["no-answer", { instead: "hang" }],
  ["connection-broken", { instead: "reset" }],
  ["connection-broken", { instead: "half", body: "{" }],
  ["invalid-answer", { body: `"${"x".repeat(5 * 2 ** 20)}"` }],
])("the transport names what it observed: %s", async (code, reply) => {
  const upstream = await startUpstream();
  onTestFinished(upstream.close);
  upstream.answerAlways(reply);
  const limits = { budgetMs: 120_000, maxAttemptMs: code === "no-answer" ? 1_000 : 60_000 };
  const call = perfectGymAt(upstream.url).call(withdrawContractCancelation, { ...withdrawal, ...limits });
  await expect(call).rejects.toMatchObject({ cause: { code }, facts: { outcome: "unknown" } });
});

test("a read on an idle connection that the upstream closed is sent again at once", async () => {
  const pauses: number[] = [];
  const seen: Socket[] = [];
  const server = createServer(({ socket }, response) => {
    const isReused = seen.includes(socket);
    seen.push(socket);
    if (isReused) socket.resetAndDestroy();
    else response.end('{"result":[],"hasNext":false}');
  });
  const url = await listen(server, 0);
  onTestFinished(() => server.close().closeAllConnections());
  const perfectGym = perfectGymAt(url, async (ms) => pauses.push(ms));
  const slice = { studioId: "one", params: {}, budgetMs: 5_000 };

  await perfectGym.call(getCustomers, slice);
  expect(await perfectGym.call(getCustomers, slice)).toMatchObject({ attempts: 2 });
  expect({ connections: new Set(seen).size, pauses }).toEqual({ connections: 2, pauses: [0] });
});

test("a write never uses an idle connection", async () => {
  const sockets: Socket[] = [];
  const server = createServer(({ socket }, response) => {
    sockets.push(socket);
    response.end('{"result":[],"hasNext":false}');
  });
  const url = await listen(server, 0);
  onTestFinished(() => server.close().closeAllConnections());
  const perfectGym = perfectGymAt(url);
  const slice = { studioId: "one", params: {}, budgetMs: 5_000 };

  await perfectGym.call(getCustomers, slice);
  await perfectGym.call(withdrawContractCancelation, withdrawal);
  await perfectGym.call(withdrawContractCancelation, withdrawal);
  await perfectGym.call(getCustomers, slice);
  const [first, second, third, fourth] = sockets;
  expect(new Set([first, second, third]).size).toBe(3);
  expect(fourth).toBe(first);
});

/** An upstream that answers, and the connections that were opened to it. `used` has one for each request. */
const countingUpstream = async () => {
  const opened: Socket[] = [];
  const used: Socket[] = [];
  const server = createServer(({ socket }, response) => {
    used.push(socket);
    response.end('{"result":[],"hasNext":false}');
  }).on("connection", (socket) => opened.push(socket));
  const url = new URL(await listen(server, 0));
  onTestFinished(() => server.close().closeAllConnections());
  const transport = createTransport();
  const send = (freshConnection = false) =>
    transport({ url, method: "GET", headers: {}, timeoutMs: 60_000, freshConnection });
  const open = async () => {
    await transport.open(url, 60_000);
    await expect.poll(() => opened.length).toBe(1);
  };
  return { opened, used, open, send };
};

test("a read takes a connection that was opened for it, and a write does not", async () => {
  const { opened, used, open, send } = await countingUpstream();
  await open();
  await send(true);
  await send();
  await send();
  expect(used.map((socket) => opened.indexOf(socket))).toEqual([1, 0, 0]);
});

test("one connection that was opened is taken by one of two reads at once", async () => {
  const { opened, used, open, send } = await countingUpstream();
  await open();
  await Promise.all([send(), send()]);
  expect([opened.length, new Set(used).size]).toEqual([2, 2]);
});

test("a read does not take a connection that was opened and has been closed since", async () => {
  const { opened, used, open, send } = await countingUpstream();
  await open();
  opened[0]?.end();
  await expect.poll(() => opened[0]?.destroyed).toBe(true);
  // After another answer, this side has seen it, too.
  await send(true);
  await send();
  expect(used.map((socket) => opened.indexOf(socket))).toEqual([1, 2]);
});

test("a connection that was opened and then breaks is named as one that was idle", async () => {
  const server = createServer(({ socket }) => socket.resetAndDestroy());
  const url = new URL(await listen(server, 0));
  onTestFinished(() => server.close().closeAllConnections());
  const transport = createTransport();
  await transport.open(url, 60_000);
  const send = () => transport({ url, method: "GET", headers: {}, timeoutMs: 60_000, freshConnection: false });
  await expect(send()).rejects.toHaveProperty("code", "idle-connection-closed");
  await expect(send()).rejects.toHaveProperty("code", "connection-broken");
});

test("opening a connection waits for no upstream that is down or does not answer", async () => {
  const { url, close } = await startUpstream();
  close();
  const transport = createTransport();
  await transport.open(new URL(url), 60_000);
  // Nobody answers a TLS handshake here.
  const silent = net.createServer();
  const port = await listenOn(silent, 0);
  onTestFinished(() => void silent.close());
  await transport.open(new URL(`https://127.0.0.1:${port}`), 50);
  const request = { method: "GET", headers: {}, timeoutMs: 50, freshConnection: false };
  await expect(transport({ ...request, url: new URL(url) })).rejects.toHaveProperty("code", "no-connection");
});

test("a call without enough budget is not sent", async () => {
  const upstream = await startUpstream();
  onTestFinished(upstream.close);
  const call = perfectGymAt(upstream.url).call(withdrawContractCancelation, { ...withdrawal, budgetMs: 100 });
  await expect(call).rejects.toMatchObject({ code: "upstream-timed-out" });
  await expect(call).rejects.not.toHaveProperty("facts.outcome");
  expect(upstream.requests).toEqual([]);
});

test("a read whose first attempt gets no answer in time is sent again", async () => {
  const upstream = await startUpstream();
  onTestFinished(upstream.close);
  upstream.answerNext({ instead: "hang" });
  upstream.answerAlways({ body: '{"result":[],"hasNext":false}' });
  const slice = { studioId: "one", params: {}, budgetMs: 60_000, maxAttemptMs: 500 };
  expect(await perfectGymAt(upstream.url).call(getCustomers, slice)).toMatchObject({ status: 200 });
  expect(upstream.requests.length).toBeGreaterThan(1);
});

test.each([
  ["a random part of 200 ms, then of 400 ms", {}, [100, 200]],
  ["that, after as many seconds as Retry-After asks", { "retry-after": "1" }, [1_100, 1_200]],
])("pauses are %s", async (_, headers, wanted) => {
  const pauses: number[] = [];
  const upstream = await startUpstream();
  onTestFinished(upstream.close);
  upstream.answerAlways({ status: 503, headers });
  const options = { transport: createTransport(), random: () => 0.5, sleep: async (ms: number) => pauses.push(ms) };
  const studios = createStudioStore({
    fetchSecret: async () => JSON.stringify({ one: { baseUrl: upstream.url, apiKey: "k" } }),
  });
  const call = createPerfectGym({ ...options, studios }).call(getCustomers, {
    studioId: "one",
    params: {},
    budgetMs: 5_000,
  });
  await expect(call).rejects.toMatchObject({ code: "upstream-busy" });
  expect(pauses).toEqual(wanted);
});

test("a studio's base URL may end in a path and a slash", async () => {
  const upstream = await startUpstream();
  onTestFinished(upstream.close);
  upstream.answerAlways({ body: '{"result":[],"hasNext":false}' });
  const query = { sliceSize: "500", offset: "a b&c" };
  await perfectGymAt(`${upstream.url}/_mock/apis/`).call(getCustomers, {
    studioId: "one",
    params: {},
    query,
    budgetMs: 5_000,
  });
  expect(upstream.requests[0]?.url).toBe("/_mock/apis/v1/customers?sliceSize=500&offset=a+b%26c");
});

test("an attempt of a read gets six seconds, of a write fifteen, and neither more than its budget", async () => {
  const given: number[] = [];
  const perfectGym = createPerfectGym({
    studios: createStudioStore({
      fetchSecret: async () => JSON.stringify({ one: { baseUrl: "https://one.example.com", apiKey: "k" } }),
    }),
    transport: async ({ timeoutMs }) => {
      given.push(timeoutMs);
      return { status: 200, headers: {}, body: Buffer.from("{}") };
    },
    now: () => 0,
  });
  for (const budgetMs of [20_000, 3_000]) {
    await perfectGym.call(getCustomers, { studioId: "one", params: {}, budgetMs });
    await perfectGym.call(withdrawContractCancelation, { ...withdrawal, budgetMs });
  }
  expect(given).toEqual([6_000, 15_000, 3_000, 3_000]);
});
