import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { markdown, withSection } from "./report.ts";
import { medianOf } from "./rounds.ts";
import type { Report, Role } from "./server.ts";

const usage = `npm run bench:load -- [--rounds N] [--seconds N] [--soak MINUTES]

Sends reads to the laptop's gateway as fast as it answers, beside a bare reverse proxy with the same upstream. Writes what it
finds into docs/benchmarks.md.
  --rounds N       how often each is loaded, one after the other (5)
  --seconds N      for how long (10)
  --soak MINUTES   loads the gateway only, for so long, and tells how its memory grows
`;

const options = {
  rounds: { type: "string", default: "5" },
  seconds: { type: "string", default: "10" },
  soak: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

interface Load {
  readonly url: string;
  readonly connections: number;
  /** In seconds. */
  readonly duration: number;
  readonly requests: readonly { readonly path: string; readonly headers: Readonly<Record<string, string>> }[];
}

interface Loaded {
  readonly requests: { readonly average: number };
  /** In milliseconds. */
  readonly latency: { readonly p50: number; readonly p99: number };
  readonly non2xx: number;
  readonly errors: number;
  /** How many answers had each status. */
  readonly statusCodeStats: Readonly<Record<string, { readonly count: number }>>;
}

/** From the benchmark's own packages, which the project's types do not know. */
const autocannon: (load: Load) => Promise<Loaded> = createRequire(import.meta.resolve("./baselines/package.json"))(
  "autocannon",
);

/** Of one member: several operations, because each has a limit of its own. */
const paths = [
  "/v1/memberships/1000/self-service/contract-data",
  ...["contact-data", "address-data", "master-data", "payment-data"].map(
    (kind) => `/v1/customers/1000/self-service/${kind}`,
  ),
];

/** Starts a server in a process of its own. It ends with this one. */
const start = async (role: Role, env: NodeJS.ProcessEnv = {}) => {
  const child = fork(fileURLToPath(new URL("server.ts", import.meta.url)), [role], {
    execArgv: ["--disable-warning=ExperimentalWarning", "--import", "./infra/node.js"],
    env: { ...process.env, ...env },
    // A log line for each request is nothing to read.
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  return { child, ...(await reportOf(child, "ready")) };
};

const reportOf = async <Kind extends Report["kind"]>(child: ChildProcess, kind: Kind) => {
  const signal = AbortSignal.timeout(120_000);
  for (;;) {
    const [report] = (await once(child, "message", { signal })) as [Report];
    if (report.kind === kind) return report as Extract<Report, { kind: Kind }>;
  }
};

const connections = 10;

/** @throws Error if a request got anything but a 2xx: its time would say nothing */
const loadOf = async (url: string, tokens: readonly string[], duration: number): Promise<Loaded> => {
  const requests = tokens.flatMap((token) => {
    const headers = { authorization: `Bearer ${token}`, "studio-id": "demo-studio" };
    return paths.map((path) => ({ path, headers }));
  });
  const loaded = await autocannon({ url, connections, duration, requests });
  const { non2xx, errors, statusCodeStats } = loaded;
  const counts = Object.entries(statusCodeStats).map(([status, { count }]) => `${count} answers had ${status}`);
  if (non2xx + errors > 0) throw new Error(`${url}: ${counts.join(", ")}, ${errors} requests failed`);
  return loaded;
};

/** Of two partners, because each has a limit of its own. */
const tokensFor = (url: string): Promise<readonly string[]> =>
  Promise.all(
    ["demo", "chain"].map(async (name) => {
      const client = { client_id: `${name}-partner`, client_secret: `${name}-secret` };
      const body = new URLSearchParams({ grant_type: "client_credentials", ...client });
      const answer = await fetch(`${url}/oauth2/token`, { method: "POST", body });
      return ((await answer.json()) as { access_token: string }).access_token;
    }),
  );

const row = (name: string, all: readonly Loaded[]): readonly string[] => [
  name,
  medianOf(all.map(({ requests }) => requests.average)).toFixed(0),
  medianOf(all.map(({ latency }) => latency.p50)).toFixed(0),
  medianOf(all.map(({ latency }) => latency.p99)).toFixed(0),
];

const tell = async (heading: Parameters<typeof withSection>[1], about: string): Promise<void> =>
  writeFile("docs/benchmarks.md", withSection(await readFile("docs/benchmarks.md", "utf8"), heading, about));

const compare = async (rounds: number, seconds: number): Promise<void> => {
  const { url: UPSTREAM_URL } = await start("sandbox");
  const gateway = await start("gateway", { UPSTREAM_URL });
  const proxy = await start("proxy", { UPSTREAM_URL });
  const tokens = await tokensFor(gateway.url);
  await loadOf(gateway.url, tokens, 2);
  await loadOf(proxy.url, tokens, 2);
  const [ours, bare]: [Loaded[], Loaded[]] = [[], []];
  for (let round = 1; round <= rounds; round++) {
    ours.push(await loadOf(gateway.url, tokens, seconds));
    bare.push(await loadOf(proxy.url, tokens, seconds));
    process.stderr.write(`round ${round} of ${rounds}\n`);
  }
  const table = markdown([
    ["", "requests a second", "p50, ms", "p99, ms"],
    row("the laptop's gateway", ours),
    row("a bare reverse proxy", bare),
  ]);
  process.stdout.write(`${table}\n`);
  const text = `\`npm run bench:load\` sent reads of five kinds over ${connections} connections, ${rounds} times for ${seconds} seconds to each, one after the other (medians).

${table}

Both have the same upstream, the sandbox, which answers at once. The proxy adds the key and does nothing else. The gateway of \`npm start\` also
checks each token's signature, passes each request to the function's worker and back, as Lambda does with processes, and counts it.
On AWS the functions run beside each other, so this says how fast a laptop is, not how many requests a stage can take.`;
  await tell("Under load", text);
};

/** Kilobytes a minute, by least squares. */
const slopeOf = (samples: readonly { readonly ms: number; readonly bytes: number }[]): number => {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ms, bytes] = [mean(samples.map((each) => each.ms)), mean(samples.map((each) => each.bytes))];
  const above = samples.reduce((sum, each) => sum + (each.ms - ms) * (each.bytes - bytes), 0);
  const below = samples.reduce((sum, each) => sum + (each.ms - ms) ** 2, 0);
  return ((above / below) * 60_000) / 1_000;
};

const soak = async (minutes: number): Promise<void> => {
  const { url: UPSTREAM_URL } = await start("sandbox");
  const { child, url } = await start("gateway", { UPSTREAM_URL });
  const tokens = await tokensFor(url);
  const samples: { ms: number; bytes: number }[] = [];
  const load = loadOf(url, tokens, minutes * 60);
  let ended = false;
  load
    .finally(() => {
      ended = true;
    })
    .catch(() => {});
  while (!ended) {
    child.send("memory");
    samples.push({ ms: performance.now(), bytes: (await reportOf(child, "memory")).bytes });
    await sleep(2_000);
  }
  const { requests } = await load;
  const later = samples.slice(samples.length / 4);
  const [first, last] = [later[0]?.bytes ?? 0, later.at(-1)?.bytes ?? 0];
  const text = `\`npm run bench:load -- --soak ${minutes}\` sent ${requests.average.toFixed(0)} reads a second to the laptop's gateway for ${minutes} minutes. After the first
quarter, the memory of its process, with its functions and emulators, went from ${(first / 1e6).toFixed(0)} to ${(last / 1e6).toFixed(0)} MB: ${slopeOf(later).toFixed(0)} KB a minute by least squares.`;
  process.stdout.write(`${text}\n`);
  await tell("Over time", text);
};

const { values } = parseArgs({ options, allowPositionals: false });
const [rounds, seconds, minutes] = [values.rounds, values.seconds, values.soak ?? "1"].map(Number);
if (values.help || !(Number(rounds) > 0) || !(Number(seconds) > 0) || !(Number(minutes) > 0)) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 2);
}
await (values.soak === undefined ? compare(Number(rounds), Number(seconds)) : soak(Number(minutes)));
process.exit(0);
