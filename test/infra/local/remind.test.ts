import { once } from "node:events";
import { chmod, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { listen } from "#infra/http-server.ts";
import { createReport } from "#infra/local/reminder-report.ts";
import { runReminders } from "#infra/local/reminder-run.ts";
import { addDays } from "#lib/reminders/calendar.ts";
import { startNode } from "./process.ts";

const today = "2026-11-22";
const firstId = 9_007_199_254_740_992n;
const count = 60;
/** More than one slice, though the job asks for larger ones. */
const largestSlice = 40;
/** Digits, by place on the upstream's list. */
const idOf = (place: number) => String(firstId + BigInt(place));

/** Every third member's deadline is near; the others' are far. */
const daysLeftOf = (place: number) => (place % 3 === 0 ? (place / 3) * 2 : 60 + place);

interface Fault {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The upstream's own error body where absent. */
  readonly body?: string;
  readonly reset?: boolean;
  readonly delayMs?: number;
}

const upstream = {
  canceled: new Set<string>(),
  /** What the next requests of a path meet. */
  faults: new Map<string, Fault[]>(),
  calls: [] as string[],
};

const contractsOf = (customerId: string): string => {
  const place = Number(BigInt(customerId) - firstId);
  const canceled = upstream.canceled.has(customerId)
    ? `"cancelationStatus":"CANCELED","cancelationDate":"2027-12-31",`
    : "";
  const deadline = addDays(today, daysLeftOf(place));
  return `[{"id":${customerId}0,"startDate":"2025-01-01","endDate":"${addDays(deadline, 30)}","rateName":"Basic",
    "contractStatus":"ACTIVE",${canceled}"price":20,"priceDetails":{"basePrice":{"amount":20,"currency":"EUR"},
    "currentPrice":{"amount":19.5,"currency":"EUR"},"paymentFrequency":{"type":"FREE"}},
    "lastPossibleCancelationDate":"${deadline}"}]`;
};

const sliceAt = (offset: string | null, size: number): string => {
  const from = offset === null ? 0 : Number(Buffer.from(offset, "base64url").toString());
  const ids = Array.from(
    { length: Math.min(size, largestSlice, count - from) },
    (_, i) => `{"id":${idOf(from + i)},"status":"MEMBER"}`,
  );
  const next = from + ids.length;
  return `{"result":[${ids}],"offset":"${Buffer.from(String(next)).toString("base64url")}","hasNext":${next < count}}`;
};

const serve = async (server: Server): Promise<string> => {
  server.on("request", async (request, response) => {
    await text(request);
    const url = new URL(request.url ?? "", "http://localhost");
    upstream.calls.push(url.pathname + url.search);
    const fault = upstream.faults.get(url.pathname + (url.searchParams.get("offset") ?? ""))?.shift();
    if (fault?.reset) return request.socket.resetAndDestroy();
    if (fault?.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (fault?.status)
      return response.writeHead(fault.status, fault.headers).end(fault.body ?? '{"errorMessage":"no"}');
    const [, customerId] = /^\/v1\/memberships\/(\d+)\//.exec(url.pathname) ?? [];
    const body = customerId
      ? contractsOf(customerId)
      : sliceAt(url.searchParams.get("offset"), Number(url.searchParams.get("sliceSize")));
    return response.writeHead(200, { "content-type": "application/json" }).end(body);
  });
  return listen(server, 0);
};

const line = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("reminder"), contractId: z.string(), customerId: z.string(), step: z.number() }),
  z.strictObject({
    type: z.literal("summary"),
    members: z.number(),
    checked: z.number(),
    upstreamCalls: z.number(),
    published: z.number(),
  }),
]);

const readLines = (stdout: string) => {
  const lines = stdout
    .split("\n")
    .filter(Boolean)
    .map((each) => line.parse(JSON.parse(each)));
  const reminders = lines.flatMap((each) => (each.type === "reminder" ? [each] : []));
  const [summary] = lines.flatMap((each) => (each.type === "summary" ? [each] : []));
  return { reminders, summary };
};

/** More calls a minute than there are members: the pace has tests of its own. */
const rate = 600_000;

/** What `npm run remind -- --json` does once it has read its arguments, without a process of its own. */
const remind = async (more: { readonly today?: string; readonly state?: string; readonly dryRun?: boolean }) => {
  const written = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      written[name] += text;
      return true;
    }),
  );
  const fixed = { policy: "default", rate, modules: false, upstream: given, sandboxMembers: 0, retrySeconds: 0 };
  const run = { today, dryRun: false, state: undefined, ...fixed, ...more };
  try {
    const report = createReport({ json: true, dryRun: run.dryRun });
    const code = report.end(await runReminders(run, report));
    return { code, stderr: written.stderr, ...readLines(written.stdout) };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
};

/** The command itself. */
const remindByCommand = async (...args: readonly string[]) => {
  const child = startNode(["infra/local/remind.ts", "--json", "--rate", String(rate), ...args], {
    PERFECTGYM_BASE_URL: given.baseUrl,
    PERFECTGYM_API_KEY: given.apiKey,
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: child.exitCode, stderr, ...readLines(stdout) };
};

const contractPath = (place: number) => `/v1/memberships/${idOf(place)}/self-service/contract-data`;

/** Customer ids that are due on a day, worked out without the job's own code. */
const dueOn = (passed: number, wasTold: ReadonlyMap<string, number> = new Map()) =>
  Array.from({ length: count }, (_, place) => place).flatMap((place) => {
    const left = daysLeftOf(place) - passed;
    const step = left < 0 ? undefined : [3, 14, 30].find((lead) => left <= lead);
    const id = idOf(place);
    return step === undefined || upstream.canceled.has(id) || wasTold.get(id) === step ? [] : [`${id} ${step}`];
  });

const server = createServer();
let given: { baseUrl: string; apiKey: string };
let state: string;
beforeAll(async () => {
  given = { baseUrl: await serve(server), apiKey: "key-of-tests" };
});
afterAll(() => server.close().closeAllConnections());
beforeEach(async () => {
  upstream.canceled.clear();
  upstream.faults.clear();
  upstream.calls.length = 0;
  state = await mkdtemp(join(tmpdir(), "perfectgym-gateway-state-"));
  onTestFinished(() => rm(state, { recursive: true }));
});

/** What of a folder, itself included, somebody else on this machine could read or write. */
const openToOthers = async (folder: string): Promise<string[]> => {
  const paths = [folder, ...(await readdir(folder)).map((name) => join(folder, name))];
  expect(paths.length).toBeGreaterThan(3);
  const modes = await Promise.all(paths.map(async (path) => (await stat(path)).mode & 0o077));
  return paths.filter((_, place) => modes[place] !== 0);
};

const told = (reminders: readonly { customerId: string; step: number }[]) =>
  reminders.map(({ customerId, step }) => `${customerId} ${step}`).sort();

describe("npm run remind", () => {
  test("reminds exactly the due, then nobody, then exactly those who are due later and did not cancel", async () => {
    const dry = await remind({ state, dryRun: true });
    expect([dry.code, told(dry.reminders)]).toEqual([0, dueOn(0).sort()]);
    expect(dry.summary).toMatchObject({ published: 0 });

    upstream.calls.length = 0;
    await chmod(state, 0o755);
    const first = await remindByCommand("--state", state, "--today", today);
    expect(await openToOthers(state)).toEqual([]);
    expect([first.code, told(first.reminders)]).toEqual([0, dueOn(0).sort()]);
    expect(first.summary).toEqual({
      type: "summary",
      members: count,
      checked: count,
      upstreamCalls: upstream.calls.length,
      published: first.reminders.length,
    });
    expect(upstream.calls).toHaveLength(count + 2);
    expect(first.reminders[0]).toMatchObject({
      studioId: "demo-studio",
      policy: "default",
      rateName: "Basic",
      currentPrice: { amount: 19.5, currency: "EUR" },
    });

    upstream.calls.length = 0;
    // As an earlier release left it.
    await chmod(state, 0o755);
    await chmod(join(state, "CURRENT"), 0o644);
    const second = await remind({ state });
    expect([second.code, second.reminders]).toEqual([0, []]);
    expect(upstream.calls).toHaveLength(2);
    expect(await openToOthers(state)).toEqual([]);

    const wasTold = new Map(first.reminders.map(({ customerId, step }) => [customerId, step]));
    for (let place = 0; place < count; place += 6) upstream.canceled.add(idOf(place));
    const later = await remind({ state, today: addDays(today, 12) });
    expect([later.code, told(later.reminders)]).toEqual([0, dueOn(12, wasTold).sort()]);
    expect(later.reminders.length).toBeGreaterThan(2);
  });

  test("reminds the same members where the upstream fails now and then", async () => {
    const offset = Buffer.from("40").toString("base64url");
    const ingress = { status: 404, body: "default backend - 404" };
    upstream.faults.set(`/v1/customers${offset}`, [{ status: 500 }, { reset: true }, ingress]);
    const kinds: Fault[] = [
      { status: 500 },
      ingress,
      { reset: true },
      { status: 503, headers: { "retry-after": "1" } },
      { status: 429, headers: { "retry-after": "1" } },
      { delayMs: 500 },
    ];
    for (const [i, kind] of kinds.entries())
      for (let place = 3 * i; place < count; place += 18) upstream.faults.set(contractPath(place), [kind, kind]);
    const run = await remind({});
    expect([run.code, told(run.reminders)]).toEqual([0, dueOn(0).sort()]);
    expect(new Set(run.reminders.map(({ contractId }) => contractId)).size).toBe(run.reminders.length);
  });

  test("fails where a member is closed to the key or could not be asked for, says so, and reminds all others", async () => {
    const [closed, failing] = [9, 12];
    upstream.faults.set(contractPath(closed), Array(60).fill({ status: 403 }));
    upstream.faults.set(contractPath(failing), Array(60).fill({ status: 500 }));
    const run = await remind({});
    expect([run.code, run.summary]).toEqual([1, expect.objectContaining({ checked: count - 2 })]);
    expect(run.stderr).toContain("1 member(s) could not be read with this key (403)");
    expect(run.stderr).toContain("the upstream failed or cannot be reached (PERFECTGYM_BASE_URL); the run continues");
    expect(run.stderr).toContain("1 message(s) failed permanently (upstream-unavailable ");
    expect(upstream.calls.filter((path) => path === contractPath(closed))).toHaveLength(1);
    const others = dueOn(0).filter((each) => ![closed, failing].some((place) => each.startsWith(idOf(place))));
    expect(told(run.reminders)).toEqual(others.sort());
  });

  test.each([
    ["a member is closed to the key", { forbidden: 1 }, 1],
    ["a message failed permanently", { deadLetters: 1 }, 1],
    ["add-ons could not be read", { modulesForbidden: 1 }, 1],
    ["every member was checked", {}, 0],
  ])("its exit code tells whether %s", (_, found, code) => {
    const none = {
      members: 2,
      asked: 2,
      checked: 2,
      forbidden: 0,
      modulesForbidden: 0,
      upstreamCalls: 4,
      published: 0,
      deadLetters: 0,
    };
    const { end } = createReport({ json: true, dryRun: false });
    for (const name of ["stdout", "stderr"] as const) {
      const write = vi.spyOn(process[name], "write").mockReturnValue(true);
      onTestFinished(() => write.mockRestore());
    }
    expect(end({ ...none, errors: new Map(), ...found })).toBe(code);
  });

  test.each([
    ["--today", ["--today", "22.11.2026"]],
    ["--rate", ["--rate", "0"]],
    ["reminder policy atlantis", ["--policy", "atlantis"]],
    ["--wat", ["--wat"]],
  ])("names what it cannot use: %s", async (name, args) => {
    const run = await remindByCommand(...args);
    expect([run.code, run.reminders]).toEqual([2, []]);
    expect(run.stderr).toContain(name);
    expect(upstream.calls).toEqual([]);
  });
});
