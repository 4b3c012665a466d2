import { expect, test } from "vitest";
import { StudiosMisconfigured, StudiosUnavailable } from "#lib/perfectgym/errors.ts";
import { createStudioStore } from "#lib/perfectgym/studios.ts";

const secret = (apiKey: string, baseUrl = "https://one.example.com") =>
  JSON.stringify({ one: { baseUrl, apiKey, name: "One" } });

/** A store over secrets that come one after the other, with a clock to turn. */
const aStore = (...secrets: (string | Error)[]) => {
  const clock = { ms: 0, fetches: 0 };
  const fetchSecret = async () => {
    const next = secrets[Math.min(clock.fetches++, secrets.length - 1)];
    if (typeof next === "string") return next;
    throw next;
  };
  return { clock, store: createStudioStore({ fetchSecret, now: () => clock.ms }) };
};

test("callers at the same time share one fetch, later ones its result for five minutes", async () => {
  const { clock, store } = aStore(secret("a"), secret("b"));
  await Promise.all([store.current(), store.current(), store.current()]);
  clock.ms = 299_999;
  expect((await store.current()).get("one")).toMatchObject({ apiKey: "a" });
  expect(clock.fetches).toBe(1);
  clock.ms = 300_000;
  expect((await store.current()).get("one")).toMatchObject({ apiKey: "b" });
});

test("a fetch that fails is not kept", async () => {
  const { store } = aStore(new Error("throttled"), secret("a"));
  await expect(store.current()).rejects.toThrow(StudiosUnavailable);
  expect((await store.current()).get("one")).toMatchObject({ apiKey: "a" });
});

test("callers whose key was rejected at the same time renew it with one fetch", async () => {
  const { clock, store } = aStore(secret("a"), secret("b"), secret("c"));
  const stale = await store.current();
  const renewed = await Promise.all([store.renewed(stale), store.renewed(stale), store.renewed(stale)]);
  expect(renewed.map((studios) => studios.get("one")?.apiKey)).toEqual(["b", "b", "b"]);
  expect((await store.renewed(stale)).get("one")?.apiKey).toBe("b");
  expect(clock.fetches).toBe(2);
});

test.each([
  ["no JSON", "key-of-tests", "is not JSON"],
  ["no map", "[]", "(root)"],
  ["a key missing", '{"one":{"baseUrl":"https://one.example.com"}}', "one.apiKey"],
  ["a key with a line break", secret("key-of-tests\n"), "one.apiKey"],
  ["a URL that is none", secret("key-of-tests", "one.example.com"), "one.baseUrl"],
  ["a key that would travel in the clear", secret("key-of-tests", "http://one.example.com"), "one.baseUrl"],
])("a secret with %s is refused with the field's name and no value", async (_, text, field) => {
  const failed = aStore(text).store.current();
  await expect(failed).rejects.toThrow(StudiosMisconfigured);
  await expect(failed).rejects.toThrow(field);
  await expect(failed).rejects.not.toThrow("key-of-tests");
});
