import { expect, test } from "vitest";
import { startSandbox } from "#infra/sandbox/sandbox.ts";
import { apiKey, aSandbox } from "./given.ts";
import { pipelined } from "./pipelined.ts";

const path = "/v1/customers/1000/self-service/contact-data";

test.each([{ kind: "hang" }, { kind: "delay", ms: 60_000 }] as const)(
  "ends at once when it is closed, also a request that waits ($kind)",
  async (fault) => {
    const sandbox = await startSandbox({ apiKey });
    sandbox.misbehave(fault);
    const waiting = fetch(sandbox.url + path, { headers: { "x-api-key": apiKey } });
    const ended = expect(waiting).rejects.toThrow();
    await expect.poll(() => sandbox.requests[0]?.body, { interval: 5 }).toBe("");
    const startedMs = performance.now();

    await sandbox.close();

    await ended;
    expect(performance.now() - startedMs).toBeLessThan(500);
    await expect(fetch(sandbox.url)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  },
);

test("may be closed twice", async () => {
  const sandbox = await startSandbox({ apiKey });

  await sandbox.close();

  await expect(sandbox.close()).resolves.toBeUndefined();
});

test("listens on the given port, and fails if another sandbox does", async () => {
  const { sandbox } = await aSandbox();
  const port = Number(new URL(sandbox.url).port);

  await expect(startSandbox({ apiKey, port })).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("remembers the latest 10,000 requests", async () => {
  const { sandbox } = await aSandbox();

  await pipelined(
    sandbox.url,
    "HEAD",
    Array.from({ length: 10_002 }, (_, place) => `/${place}`),
  );

  expect(sandbox.requests).toHaveLength(10_000);
  expect([sandbox.requests[0]?.path, sandbox.requests.at(-1)?.path]).toEqual(["/2", "/10001"]);
});
