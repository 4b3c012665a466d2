import { createServer } from "node:http";
import type { Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "#infra/local/listen.ts";
import { withdrawContractCancelation } from "#lib/operations/contracts.ts";
import { getCustomers } from "#lib/operations/customers.ts";
import { createPerfectGym } from "#lib/perfectgym/client.ts";
import { UpstreamUnavailable } from "#lib/perfectgym/errors.ts";
import { createStudioStore } from "#lib/perfectgym/studios.ts";
import { createTransport } from "#lib/perfectgym/transport.ts";
import { startUpstream } from "../../upstream.ts";

const perfectGymAt = (baseUrl: string, sleep?: (ms: number) => Promise<unknown>) =>
  createPerfectGym({
    studios: createStudioStore({ fetchSecret: async () => JSON.stringify({ one: { baseUrl, apiKey: "k" } }) }),
    transport: createTransport(),
    ...(sleep && { sleep }),
  });

const withdrawal = { params: { customerId: "1", contractId: "2" }, budgetMs: 5_000 };

test("a write that certainly did not leave this machine is sent again, and carried out once", async () => {
  const server = createServer((_, response) => response.end("{}"));
  const url = await listen(server, 0);
  const port = Number(new URL(url).port);
  await new Promise((resolve) => server.close(resolve));
  onTestFinished(() => server.close().closeAllConnections());
  const perfectGym = perfectGymAt(url, () => listen(server, port));

  expect(await perfectGym.call(withdrawContractCancelation, withdrawal)).toMatchObject({ status: 200, tries: 2 });
});

test("an upstream that refuses connections is unavailable, and no write's outcome is in doubt", async () => {
  const { url, close } = await startUpstream();
  close();
  const call = perfectGymAt(url).call(withdrawContractCancelation, withdrawal);
  await expect(call).rejects.toThrow(UpstreamUnavailable);
  await expect(call).rejects.toMatchObject({ facts: { tries: 3 } });
  await expect(call).rejects.not.toHaveProperty("facts.outcome");
});

test("an idle connection that the upstream closed costs a read nothing but another connection", async () => {
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
  const slice = { params: {}, budgetMs: 5_000 };

  await perfectGym.call(getCustomers, slice);
  expect(await perfectGym.call(getCustomers, slice)).toMatchObject({ tries: 2 });
  expect({ connections: new Set(seen).size, pauses }).toEqual({ connections: 2, pauses: [0] });
});

test("a tenant's base URL may end in a path and a slash", async () => {
  const upstream = await startUpstream();
  onTestFinished(upstream.close);
  upstream.answerAlways({ body: '{"result":[],"hasNext":false}' });
  const query = { sliceSize: "500", offset: "a b&c" };
  await perfectGymAt(`${upstream.url}/_mock/apis/`).call(getCustomers, { params: {}, query, budgetMs: 5_000 });
  expect(upstream.requests[0]?.url).toBe("/_mock/apis/v1/customers?sliceSize=500&offset=a+b%26c");
});
