import { expect, onTestFinished, test, vi } from "vitest";
import { getContractData } from "#lib/operations/contracts.ts";
import { aFunction, setClock, theLog } from "../given.ts";

const params = { customerId: "1000" };

/** A Lambda that starts anew, as it finds the secret now. */
const aColdStart = () => {
  vi.resetModules();
  return aFunction(getContractData, () => import("#functions/contracts/get-contract-data.ts"));
};

const { upstream, secrets, secretsManager, table } = await aColdStart();
const secret = secrets.get("studios") ?? "";
upstream.answerAlways({ body: "[]" });

test("a Lambda starts although the secret cannot be read: requests get a Retry-After, and work once it can be read", async () => {
  const lines = theLog();
  secrets.delete("studios");
  const { send } = await aColdStart();
  const refused = await send({ params });
  expect(refused).toBeProblem(503, { code: "studios-unavailable" });
  expect(refused.headers["retry-after"]).toBe("5");
  expect(lines[0]?.["errors"]).toMatchObject([{ name: "StudiosUnavailable" }, { name: "ResourceNotFoundException" }]);

  secrets.set("studios", secret);
  expect((await send({ params })).status).toBe(200);
});

test("a start opens a connection to the upstream, which the first read takes", async () => {
  const opened = async () => {
    const before = upstream.connections();
    const { send } = await aColdStart();
    const byStart = upstream.connections() - before;
    expect((await send({ params })).status).toBe(200);
    return { byStart, inAll: upstream.connections() - before };
  };
  // On a busy machine, a start may give up before the connection is open.
  await expect.poll(opened, { timeout: 30_000 }).toEqual({ byStart: 1, inAll: 1 });
});

test("a start opens a connection to the table of limits while it fetches the keys", async () => {
  const before = table.connections();
  const { promise: fetched, resolve: letGo } = Promise.withResolvers<void>();
  secretsManager.onRequest = () => fetched;
  onTestFinished(() => {
    secretsManager.onRequest = () => {};
  });
  const starting = aColdStart();
  await expect.poll(() => table.connections()).toBe(before + 1);
  letGo();
  const { send } = await starting;
  expect((await send({ params })).status).toBe(200);
  expect(table.connections()).toBe(before + 1);
});

test("a start opens no connection to the upstream if the studios have different upstreams", async () => {
  const [ofTests] = Object.values(JSON.parse(secret) as Record<string, object>);
  const elsewhere = { ...ofTests, baseUrl: "https://elsewhere.example.com" };
  secrets.set("studios", JSON.stringify({ ...JSON.parse(secret), elsewhere }));
  onTestFinished(() => void secrets.set("studios", secret));
  const before = upstream.connections();
  const { send } = await aColdStart();
  expect(upstream.connections()).toBe(before);
  expect((await send({ params })).status).toBe(200);
});

test("a secret that cannot be fetched again after five minutes is logged and counted, and requests still work", async () => {
  const { send } = await aColdStart();
  const lines = theLog();
  secretsManager.always("refused");
  onTestFinished(() => secretsManager.always(undefined));
  setClock(Date.now() + 300_000);
  secretsManager.seen.length = 0;
  const statuses = [await send({ params }), await send({ params }), await send({ params })].map(({ status }) => status);
  expect([statuses, secretsManager.seen.length]).toEqual([[200, 200, 200], 2]); // the SDK's own second try included
  const told = lines.filter(({ operation }) => operation === "fetchStudios");
  expect(told).toEqual([
    expect.objectContaining({
      level: "warn",
      ageMs: expect.any(Number),
      retryInMs: expect.any(Number),
      errors: [expect.objectContaining({ name: "StudiosUnavailable" }), expect.any(Object)],
      StudiosStale: 1,
    }),
  ]);
  expect(JSON.stringify(told)).not.toContain("key-of-tests");

  secretsManager.always(undefined);
  setClock(Date.now() + 5_000);
  expect((await send({ params })).status).toBe(200);
  expect(secretsManager.seen.length).toBe(3);
});

test("a rejected key is not sent again while the secret cannot be fetched", async () => {
  const { send } = await aColdStart();
  const lines = theLog();
  secretsManager.always("refused");
  onTestFinished(() => secretsManager.always(undefined));
  upstream.answerAlways({ status: 401, body: '{"errorMessage":"no"}' });
  onTestFinished(() => upstream.answerAlways({ body: "[]" }));
  upstream.requests.length = 0;
  for (const _ of ["first", "second"]) expect(await send({ params })).toBeProblem(503, { code: "studios-unavailable" });
  expect(upstream.requests).toHaveLength(1);

  secretsManager.always(undefined);
  upstream.answerAlways({ body: "[]" });
  setClock(Date.now() + 5_000);
  expect((await send({ params })).status).toBe(200);
  expect(JSON.stringify(lines)).not.toContain("key-of-tests");
});

test("a malformed secret is logged with the field's name, and the caller gets nothing of it", async () => {
  const lines = theLog();
  secrets.set("studios", secret.replace("http:", "ftp:"));
  const { send } = await aColdStart();
  const refused = await send({ params });
  expect(refused).toBeProblem(500, { code: "internal-error" });
  expect(refused.text).not.toContain("baseUrl");
  expect(lines[0]?.["reason"]).toContain("studio-of-tests.baseUrl");
  expect(JSON.stringify(lines)).not.toContain("ftp:");
});
