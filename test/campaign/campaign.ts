import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { describeRun, figures } from "./report.ts";
import { runCampaign } from "./runs.ts";

/** Runs the fault campaign: `--runs 500`, `--seed N` for the same one again, `--run K` for one run of it, `--lanes 20`. */
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "500" },
    lanes: { type: "string", default: "20" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    run: { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const runs = values.run === undefined ? [...Array(Number(values.runs)).keys()] : [Number(values.run)];

const print = (text: string) => process.stdout.write(`${text}\n`);

print(`seed ${seed}`);
const onRun = (done: number) => done % 50 === 0 && print(`${done} of ${runs.length} runs`);
const outcomes = await runCampaign({ series: runs.map((run) => ({ seed, run })), lanes: Number(values.lanes), onRun });
const failed = outcomes.filter(({ violations }) => violations.length > 0);
const told = values.verbose || values.run !== undefined ? outcomes : failed;
for (const outcome of told) print(describeRun(outcome));
print(figures(outcomes, seed));
process.exitCode = failed.length > 0 ? 1 : 0;
