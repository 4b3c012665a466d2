import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { terminalTable } from "#infra/terminal-table.ts";
import { profileOf } from "./profile.ts";
import { page, resultsTable, withOther } from "./report.ts";
import { playRounds } from "./rounds.ts";
import { startServices } from "./services.ts";
import { sizesByPackage } from "./sizes.ts";
import { missedIn } from "./targets.ts";
import { environmentFor, partVariants, type Variant, variants } from "./variants.ts";

const usage = `npm run bench -- [--rounds N] [--check] [--profile NAME] [--sizes NAME]

Measures the gateway's bundles beside other ways to write them, and writes docs/benchmarks.md.
  --rounds N       how often each runs (12)
  --check          only bare, read and write; exits with 1 if a target is missed by more than 15 %; writes nothing
  --profile NAME   the functions with the most time of their own, until the first answer
  --sizes NAME     the bytes of read or write, by package
`;

const options = {
  rounds: { type: "string", default: "12" },
  check: { type: "boolean", default: false },
  profile: { type: "string" },
  sizes: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

const named = (all: readonly Variant[], name: string): Variant => {
  const found = all.find((each) => each.name === name);
  if (!found) throw new RangeError(`there is no ${name}, but ${all.map((each) => each.name).join(", ")}`);
  return found;
};

const bench = async (): Promise<number> => {
  const { values } = parseArgs({ options, allowPositionals: false });
  const rounds = Number(values.rounds);
  if (values.help || !Number.isInteger(rounds) || rounds < 1) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  if (values.sizes !== undefined) {
    process.stdout.write(`${terminalTable([["BYTES", "PACKAGE"], ...(await sizesByPackage(values.sizes))])}\n`);
    return 0;
  }
  const all = await variants();
  const folder = await mkdtemp(join(tmpdir(), "perfectgym-gateway-bench-"));
  const services = await startServices();
  try {
    const caFile = join(folder, "ca.pem");
    await writeFile(caFile, services.ca);
    const environment = environmentFor(services.url, caFile);
    if (values.profile !== undefined) {
      process.stdout.write(`${await profileOf(named(all, values.profile), environment)}\n`);
      return 0;
    }
    return await compare(all, environment, { rounds, isCheck: values.check });
  } finally {
    services.close();
    await rm(folder, { recursive: true, force: true });
  }
};

/** The exit code. */
const compare = async (
  all: readonly Variant[],
  environment: Readonly<Record<string, string>>,
  { rounds, isCheck }: { rounds: number; isCheck: boolean },
): Promise<number> => {
  const played = isCheck ? ["bare", "read", "write"].map((name) => named(all, name)) : all;
  const parts = isCheck ? [] : await partVariants();
  const say = (round: number) => void process.stderr.write(`round ${round} of ${rounds}\n`);
  const found = await playRounds([...played, ...parts], { rounds, warm: 200, environment }, say);
  process.stdout.write(`${resultsTable(found, played)}\n`);
  if (!isCheck) {
    const old = await readFile("docs/benchmarks.md", "utf8");
    await writeFile("docs/benchmarks.md", withOther(await page(found, played, rounds), old));
  }
  const missed = missedIn(found, played);
  for (const each of missed) process.stdout.write(`MISSED: ${each}\n`);
  return isCheck && missed.length > 0 ? 1 : 0;
};

if (!existsSync("test/bench/baselines/node_modules"))
  throw new Error("run it by npm run bench, which installs what it needs");
process.exitCode = await bench();
