import { parseArgs } from "node:util";
import * as z from "zod";
import { wholeNumberIn } from "#lib/environment.ts";
import { RemindersMisconfigured } from "#lib/reminders/rules.ts";
import { createReport } from "./reminder-report.ts";
import { readSettings } from "./settings.ts";
import { StartFailed } from "./start-failed.ts";

const usage = `npm run remind -- [--today YYYY-MM-DD] [--dry-run] [--state DIR] [--json] [--policy NAME] [--rate N] [--modules]

Runs the reminder job once, with the sandbox or with the upstream in PERFECTGYM_BASE_URL and PERFECTGYM_API_KEY.
  --today   use this date instead of today
  --dry-run show what is due, but record and publish nothing
  --state   keep the tables in this folder between runs
  --json    print one line of JSON per reminder, and a last line with the totals
  --policy  default, uk, california, france or germany (default)
  --rate    upstream calls per minute and endpoint (300)
  --modules remind of add-ons, too: use --state, because the first run finds them and later ones read them
`;

const options = {
  today: { type: "string" },
  "dry-run": { type: "boolean", default: false },
  state: { type: "string" },
  json: { type: "boolean", default: false },
  policy: { type: "string", default: "default" },
  rate: { type: "string", default: "300" },
  modules: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const checks = z.object({
  today: z.iso.date("--today must be a date in the form YYYY-MM-DD").optional(),
  rate: z.string().refine((text) => wholeNumberIn(text, { least: 1, most: 9_999_999 }) !== undefined, {
    error: "--rate must be a whole number of at least 1",
  }),
});

/** @throws StartFailed */
const readArguments = () => {
  const { values } = parseArgs({ options, allowPositionals: false });
  const { error } = checks.safeParse(values);
  if (error) throw new StartFailed(error.issues[0]?.message);
  return values;
};

const main = async (): Promise<number> => {
  const { help, today, state, json, policy, rate, modules, "dry-run": dryRun } = readArguments();
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  // Loaded here and not above, so that what is wrong with the arguments shows at once.
  const { runReminders } = await import("./reminder-run.ts");
  const { upstream, sandboxMembers } = readSettings(process.env);
  const report = createReport({ json, dryRun });
  const run = { today, dryRun, state, policy, rate: Number(rate), modules, upstream, sandboxMembers };
  return report.end(await runReminders(run, report));
};

const isExpected = (error: unknown): error is Error =>
  error instanceof StartFailed ||
  error instanceof RemindersMisconfigured ||
  (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));

// Ends with a signal's exit code, but runs the exit hooks, which remove bundles and copies of tables.
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
// The tables' emulator throws outside of any call, so a handler of the process must catch its errors.
process.once("uncaughtException", (error) => {
  const isTaken = error.message === "Database is closed";
  process.stderr.write(`${isTaken ? "--state: cannot open the tables. Is another run using them?" : error.stack}\n`);
  process.exit(2);
});

try {
  process.exitCode = await main();
} catch (error) {
  const text = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${isExpected(error) ? `${error.message}\n\n${usage}` : text}\n`);
  process.exitCode = 2;
}
