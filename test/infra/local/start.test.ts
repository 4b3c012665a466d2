import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "#infra/local/listen.ts";
import { ended, startProcess, startReady } from "./process.ts";

test("one command gives a ready gateway, a token and two calls that work, and ends within two seconds", async () => {
  const startedAt = Date.now();
  const started = await startReady();
  expect(Date.now() - startedAt).toBeLessThan(10_000);
  const calls = started.stdout.flatMap(
    (line) => /^curl -s (\S+) -H 'authorization: (Bearer \S+)'$/.exec(line)?.slice(1) ?? [],
  );
  const [contracts = "", bearer = "", reasons = ""] = calls;
  const answers = [contracts, reasons].map(async (url) =>
    (await fetch(url, { headers: { authorization: bearer } })).json(),
  );
  expect(await Promise.all(answers)).toEqual([
    [expect.objectContaining({ contractStatus: "ACTIVE" })],
    expect.arrayContaining([{ cancelationReasonId: expect.any(Number), cancelationReasonName: expect.any(String) }]),
  ]);

  const killedAt = Date.now();
  started.child.kill("SIGTERM");
  expect(await ended(started)).toBe(0);
  expect(Date.now() - killedAt).toBeLessThan(2_000);
});

test("a port that is taken is named", async () => {
  const server = createServer();
  const { port } = new URL(await listen(server, 0));
  onTestFinished(() => server.close().closeAllConnections());
  const started = startProcess({ PORT: port });
  onTestFinished(() => void started.child.kill());
  expect(await ended(started)).toBe(1);
  expect(started.stderr.join()).toContain(`PORT ${port}`);
  expect(started.stdout).toEqual([]);
});

test.each([
  ["PERFECTGYM_API_KEY", { PERFECTGYM_BASE_URL: "http://localhost:1" }],
  ["PERFECTGYM_BASE_URL", { PERFECTGYM_API_KEY: "k" }],
  ["PERFECTGYM_BASE_URL", { PERFECTGYM_BASE_URL: "localhost", PERFECTGYM_API_KEY: "k" }],
  ["PERFECTGYM_BASE_URL", { PERFECTGYM_BASE_URL: "http://gym.example.com", PERFECTGYM_API_KEY: "k" }],
  ["PORT", { PORT: "http" }],
  ["PORT", { PORT: "70000" }],
  ["SANDBOX_MEMBERS", { SANDBOX_MEMBERS: "many" }],
])("a setting that cannot work is refused by its name: %s in %o", async (name, env) => {
  const started = startProcess(env);
  onTestFinished(() => void started.child.kill());
  expect(await ended(started)).toBe(1);
  expect(started.stderr).toHaveLength(1);
  expect(started.stderr[0]).toContain(name);
});
