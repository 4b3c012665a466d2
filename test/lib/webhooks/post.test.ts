import { createServer } from "node:http";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "#infra/http-server.ts";
import { createPost, createPublicLookup } from "#lib/webhooks/post.ts";

const publicAddress = { address: "8.8.8.8", family: 4 };
const publicIPv6 = { address: "2600:1f18::1", family: 6 };

const lookUp = (answer: readonly { address: string; family: number }[], all = true) =>
  promisify(createPublicLookup(async () => [...answer]))("app.example.com", { all });

test("a connection gets exactly the addresses that were checked", async () => {
  expect(await lookUp([publicAddress, publicIPv6])).toEqual([publicAddress, publicIPv6]);
  expect(await lookUp([publicAddress, publicIPv6], false)).toBe("8.8.8.8");
});

test.each([
  ["a private address", [{ address: "10.0.0.1", family: 4 }]],
  ["the metadata service", [{ address: "169.254.169.254", family: 4 }]],
  ["one private address among public ones", [publicAddress, { address: "fd00::1", family: 6 }]],
  ["an IPv4 address in IPv6", [{ address: "::ffff:8.8.8.8", family: 6 }]],
  ["no address", []],
])("a name with %s is not connected to", async (_, answer) => {
  for (const all of [true, false]) await expect(lookUp(answer, all)).rejects.toThrow("not public");
});

test("a name that DNS does not know fails as DNS says", async () => {
  const unknown = createPublicLookup(() => Promise.reject(Object.assign(new Error("unknown"), { code: "ENOTFOUND" })));
  await expect(promisify(unknown)("app.example.com", { all: true })).rejects.toMatchObject({ code: "ENOTFOUND" });
});

test.each([
  ["no answer", () => {}],
  ["half an answer", (socket: { write: (text: string) => void }) => socket.write("HTTP/1.1 200 OK\r\nx: ")],
])("an endpoint with %s ends at the time limit", async (_, behave) => {
  const server = createServer();
  server.on("connection", (socket) => behave(socket));
  server.removeAllListeners("request");
  server.on("request", () => {});
  onTestFinished(() => server.close().closeAllConnections());
  const post = createPost({ allowsAnyEndpoint: true });
  const posted = post({ url: await listen(server, 0), headers: {}, body: "{}", timeoutMs: 100 });
  await expect(posted).rejects.toMatchObject({ name: "AbortError" });
});

test("an answer counts by its headers, and its body is not read", async () => {
  let written = 0;
  const server = createServer((_request, response) => {
    response.writeHead(200, { "retry-after": "7" });
    const chunk = Buffer.alloc(1_000_000);
    const write = () => {
      while (!response.destroyed && response.write(chunk)) written += chunk.length;
    };
    response.on("drain", write);
    write();
  });
  onTestFinished(() => server.close().closeAllConnections());
  const post = createPost({ allowsAnyEndpoint: true });
  const url = await listen(server, 0);
  expect(await post({ url, headers: {}, body: "{}", timeoutMs: 10_000 })).toEqual({ status: 200, retryAfter: "7" });
  expect(written).toBeLessThan(20_000_000);
});
