import { cpus } from "node:os";
import type { Rounds } from "./rounds.ts";
import { targets } from "./targets.ts";
import type { Variant } from "./variants.ts";

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

const markdown = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...rest] = rows;
  return [head, head.map(() => "---"), ...rest].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
};

export const resultsTable = (rounds: Rounds, variants: readonly Variant[]): string =>
  markdown([columns, ...variants.map((variant) => rowOf(rounds, variant))]);

const targetsTable = (rounds: Rounds, variants: readonly Variant[]): string =>
  markdown([
    ["", "target", "measured"],
    ...targets.map(({ variant, what, most, unit, found }) => {
      const own = variants.find(({ name }) => name === variant) as Variant;
      return [`${variant}: ${what}`, `${most} ${unit}`, found(rounds, own).toFixed(unit === "times bare" ? 2 : 0)];
    }),
  ]);

/** docs/benchmarks.md. */
export const page = (rounds: Rounds, variants: readonly Variant[], count: number): string => `# Benchmarks

How much CPU a Lambda takes to start and to serve, beside other ways to write the same. \`npm run bench\` wrote this page on
${new Date().toISOString().slice(0, 10)}, with Node ${process.versions.node}, on ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, in ${count} rounds.

${resultsTable(rounds, variants)}

${variants.map(({ name, about }) => `- **${name}**: ${about}`).join("\n")}

Only the ratios tell anything about Lambda. Times are of this machine, and change with what else it does.

## Targets

${targetsTable(rounds, variants)}

## How it is measured

- Each bundle runs in a fresh process of Node, behind a Runtime API. Both that and the runtime's client are small ones of our own
  (\`test/bench\`), because AWS' client needs a compiler. Upstream, Secrets Manager and DynamoDB are one HTTPS server on this machine that
  answers at once.
- **start** is the CPU time until the function is loaded, Node's own start included. **first** is the first invocation: for this gateway
  it has a new TLS connection to the upstream; its key was fetched during the start. **warm** is the mean of 180 later invocations.
- In each round, every variant runs once, in another order. A ratio is the median of the ratios within a round.
- The other ways are bundled and minified by esbuild, too, and written as their own documentation shows them: \`test/bench/baselines\`. They
  check less, count no limits and write no log line for each request.

\`npm run bench -- --sizes read\` shows a bundle's bytes by package, \`npm run bench -- --profile read\` where the time goes until the first answer.
\`npm run bench -- --check\` measures \`bare\`, \`read\` and \`write\` only, and fails if a target is missed by more than 15 %.
`;
