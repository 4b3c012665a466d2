import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import type { Rounds } from "./rounds.ts";
import { measuredBy, targets } from "./targets.ts";
import { parts, type Variant } from "./variants.ts";

const columns = [
  "",
  "start and first ÷ bare",
  "first ÷ bare",
  "start, ms",
  "first, ms",
  "warm, ms of CPU",
  "warm p50, ms",
  "warm p99, ms",
  "memory, MB",
  "bundle, KB",
  "zipped, KB",
] as const;

const rowOf = (rounds: Rounds, { name, bytes }: Variant): readonly string[] => [
  name,
  rounds.ratio(name, "total").toFixed(2),
  rounds.ratio(name, "first").toFixed(2),
  rounds.median(name, "init").toFixed(0),
  rounds.median(name, "first").toFixed(0),
  rounds.median(name, "warm").toFixed(2),
  rounds.wall(name, 0.5).toFixed(1),
  rounds.wall(name, 0.99).toFixed(1),
  (rounds.median(name, "rss") / 1e6).toFixed(0),
  (bytes.raw / 1_000).toFixed(0),
  (bytes.zipped / 1_000).toFixed(0),
];

export const markdown = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...rest] = rows;
  return [head, head.map(() => "---"), ...rest].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
};

export const resultsTable = (rounds: Rounds, variants: readonly Variant[]): string =>
  markdown([columns, ...variants.map((variant) => rowOf(rounds, variant))]);

const targetsTable = (rounds: Rounds, variants: readonly Variant[]): string =>
  markdown([
    ["", "target", "measured"],
    ...targets.map((target) => {
      const { what, unit, most, value } = measuredBy(target, rounds, variants);
      return [what, `${most} ${unit}`, value.toFixed(unit === "times bare" ? 2 : 0)];
    }),
  ]);

/** Where the CPU of a warm write goes: what each part takes beyond what the Lambda itself does. The rest is our own work. */
const partsTable = (rounds: Rounds): string => {
  const idle = rounds.median("nothing", "warm");
  const whole = rounds.median("write", "warm");
  const spent = parts
    .filter(({ times }) => times > 0)
    .map(({ part, times, about }) => ({ about, times, ms: times * (rounds.median(part, "warm") - idle) }));
  const rest = whole - idle - spent.reduce((sum, { ms }) => sum + ms, 0);
  const rows = [
    ...spent,
    { about: "the Lambda itself: its runtime's client, the process", times: 1, ms: idle },
    { about: "the gateway's own work: checks, the ledger, the receipt, the log", times: 1, ms: rest },
  ];
  return markdown([
    ["a warm write", "times", "ms of CPU", "share"],
    ...rows.map(({ about, times, ms }) => [about, `${times}`, ms.toFixed(2), `${((100 * ms) / whole).toFixed(0)} %`]),
  ]);
};

/** What other commands measured. Their sections come last. */
const measuredElsewhere = ["Under load", "Over time"] as const;

type Heading = (typeof measuredElsewhere)[number];

const sectionIn = (text: string, heading: Heading): string =>
  new RegExp(`\n## ${heading}\n.*?(?=\n## |$)`, "s").exec(text)?.[0] ?? "";

/** The page with another section of this heading, at its end. */
export const withSection = (text: string, heading: Heading, about: string): string =>
  `${text.replace(sectionIn(text, heading), "").trimEnd()}\n\n## ${heading}\n\n${about}\n`;

/** A new page with what other commands had written into the old one. */
export const withOther = (text: string, old: string): string =>
  `${[text, ...measuredElsewhere.map((heading) => sectionIn(old, heading))]
    .map((each) => each.trim())
    .filter(Boolean)
    .join("\n\n")}\n`;

/** Of what is compared, and of what makes the bundles. */
const versions = async (): Promise<string> => {
  const packages = await Promise.all(
    ["package.json", "test/bench/baselines/package.json"].map(async (file) => JSON.parse(await readFile(file, "utf8"))),
  );
  const all: Readonly<Record<string, string>> = Object.assign(
    {},
    ...packages.flatMap(({ dependencies, devDependencies }) => [dependencies, devDependencies]),
  );
  const compared =
    /^(esbuild|zod|@middy\/core|hono|express|serverless-http|axios|@aws-.*(powertools|secrets-manager).*)$/;
  return Object.entries(all)
    .filter(([name]) => compared.test(name))
    .map(([name, version]) => `${name} ${version}`)
    .sort()
    .join(", ");
};

/** docs/benchmarks.md without what other commands measured. */
export const page = async (
  rounds: Rounds,
  variants: readonly Variant[],
  count: number,
): Promise<string> => `# Benchmarks

How much CPU a Lambda takes to start and to serve, beside other ways to write the same. \`npm run bench\` wrote this page on
${new Date().toISOString().slice(0, 10)}, with Node ${process.versions.node}, on ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, in ${count} rounds.

${resultsTable(rounds, variants)}

${variants.map(({ name, about }) => `- **${name}**: ${about}`).join("\n")}

Versions: ${await versions()}.

Only the ratios tell anything about Lambda. Times are of this machine, and change with what else it does.

## Targets

${targetsTable(rounds, variants)}

## Where a warm write's CPU goes

${partsTable(rounds)}

Each part runs by itself in \`test/bench/part.ts\`. A write opens a connection of its own, although that costs more than a read on an open one:
if a reused connection breaks, nobody can know whether the write arrived. Even one that was used within the same invocation can be closed by
the upstream at that moment, and HTTP has no way to tell (RFC 9112, section 9.3.1). TLS sessions are resumed, which spares the certificate's check.

## How it is measured

- Each bundle runs in a fresh process of Node, behind a Runtime API. Both that and the runtime's client are small ones of our own
  (\`test/bench\`), because AWS' client needs a compiler. Upstream, Secrets Manager and DynamoDB are one HTTPS server on this machine that
  answers at once.
- With AWS' client (aws-lambda-ric 4.0.2, built for this comparison on 2026-11-27, four measurements of 12 rounds), a read's start and first
  invocation took 1.01 to 1.04 times bare's CPU, its first invocation 0.16 or 0.17 times, a later one 1.05 to 1.15 times, and it had 70 MB. A
  write's start and first took 1.26 to 1.30 times, with 90 MB. There, the time is that of all threads, told by Linux.
- **start** is the CPU time until the function is loaded, Node's own start included. **first** is the first invocation: for this gateway
  its keys were fetched and its connections opened during the start, except a write's own. **memory** is the process' after 201 invocations. **warm** is the mean of 180 later invocations.
- In each round, every variant runs once, in another order. A ratio is the median of the ratios within a round.
- The other ways are bundled and minified by esbuild, too, and written as their own documentation shows them: \`test/bench/baselines\`. They
  check less, count no limits and write no log line for each request.

\`npm run bench -- --sizes read\` shows a bundle's bytes by package, \`npm run bench -- --profile read\` where the time goes until the first answer.
\`npm run bench -- --check\` measures \`bare\`, \`read\` and \`write\` only, and fails if a target is missed by more than 15 %.
`;
