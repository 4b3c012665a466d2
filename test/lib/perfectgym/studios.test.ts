import { expect, test } from "vitest";
import { StudiosMisconfigured, StudiosUnavailable } from "#lib/perfectgym/errors.ts";
import { createStudioStore } from "#lib/perfectgym/studios.ts";

const secret = (apiKey: string, baseUrl = "https://one.example.com") =>
  JSON.stringify({ one: { baseUrl, apiKey, name: "One" } });

/** A store whose fetches get these secrets one after the other, and a clock that the test sets. */
const aStore = (...secrets: (string | Error)[]) => {
  const clock = { ms: 0, fetches: 0 };
  const stale: unknown[] = [];
  const fetchSecret = async () => {
    const next = secrets[Math.min(clock.fetches++, secrets.length - 1)];
    if (typeof next === "string") return next;
    throw next;
  };
  const onStale = (each: unknown) => stale.push(each);
  return { clock, stale, store: createStudioStore({ fetchSecret, onStale, now: () => clock.ms, random: () => 1 }) };
};

test("callers at the same time share one fetch, and later callers its result for five minutes", async () => {
  const { clock, store } = aStore(secret("a"), secret("b"));
  await Promise.all([store.current(), store.current(), store.current()]);
  clock.ms = 299_999;
  expect((await store.current()).get("one")).toMatchObject({ apiKey: "a" });
  expect(clock.fetches).toBe(1);
  clock.ms = 300_000;
  expect((await store.current()).get("one")).toMatchObject({ apiKey: "b" });
});

test("a failed fetch is not kept", async () => {
  const { store } = aStore(new Error("throttled"), secret("a"));
  await expect(store.current()).rejects.toThrow(StudiosUnavailable);
  expect((await store.current()).get("one")).toMatchObject({ apiKey: "a" });
});

const minute = 60_000;
const named = (name: string) => Object.assign(new Error("no"), { name });
const throttled = named("ThrottlingException");
const keyIn = async (store: ReturnType<typeof createStudioStore>) => (await store.current("one")).get("one")?.apiKey;

test("if a fetch fails after five minutes, the last good studios stay in use, and pauses between fetches grow", async () => {
  const { clock, stale, store } = aStore(secret("a"), throttled, throttled, secret("b"));
  await store.current();
  clock.ms = 5 * minute;
  expect(await Promise.all([keyIn(store), keyIn(store), keyIn(store)])).toEqual(["a", "a", "a"]);
  expect(clock.fetches).toBe(2);
  clock.ms += 4_999;
  expect([await keyIn(store), clock.fetches]).toEqual(["a", 2]);
  clock.ms += 1;
  expect([await keyIn(store), clock.fetches]).toEqual(["a", 3]);
  clock.ms += 9_999;
  expect([await keyIn(store), clock.fetches]).toEqual(["a", 3]);
  clock.ms += 1;
  expect([await keyIn(store), clock.fetches]).toEqual(["b", 4]);
  expect(stale).toEqual([
    { ageMs: 5 * minute, retryInMs: 5_000, error: expect.objectContaining({ cause: throttled }) },
    { ageMs: 5 * minute + 5_000, retryInMs: 10_000, error: expect.objectContaining({ cause: throttled }) },
  ]);
});

test("if all fetches fail, the last good studios are used for an hour, and the pauses are at most a minute", async () => {
  const { clock, stale, store } = aStore(secret("a"), throttled);
  await store.current();
  const answers = new Set<string>();
  for (clock.ms = 5 * minute; clock.ms < 90 * minute; clock.ms += 1_000)
    answers.add(`${clock.ms < 60 * minute} ${await keyIn(store).catch((error) => error.name)}`);
  expect([...answers]).toEqual(["true a", "false StudiosUnavailable"]);
  // 85 minutes, but for the first four pauses.
  expect(clock.fetches).toBeGreaterThan(85);
  expect(clock.fetches).toBeLessThan(92);
  expect(stale.length).toBeLessThan(clock.fetches - 25);
});

test.each(["ResourceNotFoundException", "AccessDeniedException", "InvalidRequestException", "DecryptionFailure"])(
  "after %s the last good studios are no longer used",
  async (name) => {
    const { clock, stale, store } = aStore(secret("a"), named(name), throttled, secret("b"));
    await store.current();
    clock.ms = 5 * minute;
    await expect(keyIn(store)).rejects.toThrow(StudiosUnavailable);
    await expect(keyIn(store)).rejects.toThrow(StudiosUnavailable);
    expect([await keyIn(store), stale]).toEqual(["b", []]);
  },
);

test("if the secret becomes invalid, the last good studios stay in use, and the error names the field", async () => {
  const { clock, stale, store } = aStore(secret("a"), secret("b", "http://one.example.com"));
  await store.current();
  clock.ms = 5 * minute;
  expect(await keyIn(store)).toBe("a");
  expect(stale).toMatchObject([{ error: { message: expect.stringContaining("one.baseUrl") } }]);
});

test("while fetches fail, a studio that is not among the last good ones is unavailable, not unknown", async () => {
  const { clock, store } = aStore(secret("a"), throttled);
  await store.current();
  clock.ms = 5 * minute;
  await expect(store.current("two")).rejects.toThrow(StudiosUnavailable);
});

test("a rejected key is not used again, but other studios' keys are", async () => {
  const { clock, store } = aStore(secret("a"), throttled, throttled, secret("b"));
  const stale = await store.current("one");
  await expect(store.renewed(stale, "one")).rejects.toThrow(StudiosUnavailable);
  await expect(keyIn(store)).rejects.toThrow(StudiosUnavailable);
  expect([await store.current("other"), clock.fetches]).toEqual([stale, 2]);
  clock.ms = 6 * minute;
  await expect(keyIn(store)).rejects.toThrow(StudiosUnavailable);
  clock.ms = 7 * minute;
  expect(await keyIn(store)).toBe("b");
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
  ["text that is not JSON", "key-of-tests", "is not JSON"],
  ["a list", "[]", "(root): must be of type object"],
  ["a key missing", '{"one":{"baseUrl":"https://one.example.com"}}', "one.apiKey: is required"],
  [
    "a key that is a number",
    '{"one":{"baseUrl":"https://one.example.com","apiKey":1}}',
    "one.apiKey: must be of type string",
  ],
  ["a key with a line break", secret("key-of-tests\n"), "one.apiKey: must be printable and without spaces"],
  ["a base URL without a scheme", secret("key-of-tests", "one.example.com"), "one.baseUrl: must be a url"],
  ["a base URL without TLS", secret("key-of-tests", "http://one.example.com"), "one.baseUrl: must be https"],
])("a secret with %s is refused with the field's name, what is wanted, and no value", async (_, text, field) => {
  const failed = aStore(text).store.current();
  await expect(failed).rejects.toThrow(StudiosMisconfigured);
  await expect(failed).rejects.toThrow(field);
  await expect(failed).rejects.not.toThrow("key-of-tests");
});
