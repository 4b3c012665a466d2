import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import * as z from "zod";
import { StartFailed } from "#infra/local/start-failed.ts";

const usage = `npm run campaign -- [--runs N] [--seed N] [--run K] [--lanes N] [--verbose]

Injects faults at every step of a write and compares the answers with what the studio did.
  --runs    number of runs (500)
  --seed    plan the same runs as an earlier campaign with this seed
  --run     play only this run, and print everything that happened in it
  --lanes   number of runs at a time (20)
  --verbose print what happened in every run, not only in those that broke a promise
Exits with 1 if a promise was broken, or if a campaign of at least 200 runs missed a kind of fault.
`;

const count = (name: string) =>
  z
    .string()
    .regex(/^(0|[1-9]\d{0,9})$/, `--${name} must be a whole number`)
    .transform(Number);

const checks = z.object({
  runs: count("runs").refine((runs) => runs > 0, "--runs must be at least 1"),
  lanes: count("lanes").refine((lanes) => lanes > 0, "--lanes must be at least 1"),
  seed: count("seed"),
  run: count("run").optional(),
  verbose: z.boolean(),
  help: z.boolean(),
});

/** With fewer runs, a kind of fault may be missing by chance. */
const enoughRuns = 200;

/** @throws StartFailed */
const readArguments = () => {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "500" },
      lanes: { type: "string", default: "20" },
      seed: { type: "string", default: String(randomInt(2 ** 31)) },
      run: { type: "string" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { data, error } = checks.safeParse(values);
  if (!data) throw new StartFailed(error.issues[0]?.message);
  return data;
};

const print = (text: string) => process.stdout.write(`${text}\n`);

const main = async (): Promise<number> => {
  const { runs, lanes, seed, run, verbose, help } = readArguments();
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  // Loaded here and not above, so that what is wrong with the arguments shows at once.
  const { runCampaign } = await import("./runs.ts");
  const { describeRun, figures, notMet } = await import("./report.ts");
  print(`seed ${seed}`);
  const places = run === undefined ? [...Array(runs).keys()] : [run];
  const onRun = (done: number) => done % 50 === 0 && print(`${done} of ${places.length} runs`);
  const outcomes = await runCampaign({ series: places.map((place) => ({ seed, run: place })), lanes, onRun });
  const failed = outcomes.filter(({ violations }) => violations.length > 0);
  for (const outcome of verbose || run !== undefined ? outcomes : failed) print(describeRun(outcome));
  print(figures(outcomes, seed));
  const missing = outcomes.length < enoughRuns ? [] : notMet(outcomes);
  if (missing.length > 0) print(`never met: ${missing.join(", ")}`);
  return failed.length + missing.length > 0 ? 1 : 0;
};

const isExpected = (error: unknown): error is Error =>
  error instanceof StartFailed ||
  (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));

try {
  process.exitCode = await main();
} catch (error) {
  if (!isExpected(error)) throw error;
  process.stderr.write(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
