import { parseArgs } from "node:util";
import { wholeNumberIn } from "#lib/environment.ts";
import { summaryOf, tableOf } from "./report.ts";
import { faultsOf, simulate, usual } from "./simulation.ts";

const usage = `npm run simulate:reminders -- [--members N] [--days N] [--seed N] [--rate N] [--studios N] [--hour N]

Runs the reminder job on a virtual clock, with an upstream, queues and Lambdas that fail, and checks the result.
  --members  number of members of all studios together (${usual.members})
  --days     number of days, with one run each (${usual.days})
  --seed     the same seed gives the same output (${usual.seed})
  --rate     upstream calls per minute, studio and endpoint (${usual.ratePerMinute})
  --studios  number of studios (${usual.studios})
  --hour     hour of the day at which the run starts (${usual.startHour})
Exits with 1 if a promise was broken.
`;

const options = {
  members: { type: "string", default: String(usual.members) },
  days: { type: "string", default: String(usual.days) },
  seed: { type: "string", default: String(usual.seed) },
  rate: { type: "string", default: String(usual.ratePerMinute) },
  studios: { type: "string", default: String(usual.studios) },
  hour: { type: "string", default: String(usual.startHour) },
  help: { type: "boolean", default: false },
} as const;

class ArgumentInvalid extends Error {
  override readonly name = "ArgumentInvalid";
}

const number = (name: string, text: string, least: number): number => {
  const value = wholeNumberIn(text, { least, most: 9_999_999 });
  if (value !== undefined) return value;
  throw new ArgumentInvalid(`--${name} must be a whole number of at least ${least}`);
};

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options, allowPositionals: false });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const outcome = await simulate({
    members: number("members", values.members, 1),
    days: number("days", values.days, 1),
    seed: number("seed", values.seed, 0),
    ratePerMinute: number("rate", values.rate, 1),
    studios: number("studios", values.studios, 1),
    startHour: number("hour", values.hour, 0) % 24,
  });
  process.stdout.write(`Seed ${values.seed}\n\n${tableOf(outcome)}\n${summaryOf(outcome)}`);
  return faultsOf(outcome).length > 0 ? 1 : 0;
};

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ArgumentInvalid || error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
