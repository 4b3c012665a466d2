import { constants, existsSync, rmSync } from "node:fs";
import { access, chmod, cp, mkdir, mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startSandbox } from "#infra/sandbox/sandbox.ts";
import { policyNamed } from "#lib/reminders/rules.ts";
import { type ConsumerOptions, startConsumers } from "./consumers.ts";
import { startEmulators } from "./emulators.ts";
import { createFunctions } from "./functions.ts";
import { FunctionFailed, type Lambda } from "./lambda.ts";
import { createCounts } from "./reminder-counts.ts";
import { type Outcome, type Report, reminderIn } from "./reminder-report.ts";
import { loadService, only, queuesOf, type Service } from "./service.ts";
import type { Settings } from "./settings.ts";
import { startSqs } from "./sqs.ts";
import { StartFailed } from "./start-failed.ts";

export interface ReminderRun extends Pick<Settings, "upstream" | "sandboxMembers"> {
  readonly today: string | undefined;
  readonly dryRun: boolean;
  /** Folder of the tables. */
  readonly state: string | undefined;
  readonly policy: string;
  readonly rate: number;
  /** Also reminds of additional modules. */
  readonly modules: boolean;
  readonly retrySeconds?: ConsumerOptions["retrySeconds"];
}

const sandboxKey = "sandbox-key";
const dayMs = 24 * 3_600_000;

/** Runs the job once, with the functions as they are deployed, and on this machine all that they need. */
export const runReminders = async (run: ReminderRun, report: Report): Promise<Outcome> => {
  policyNamed(run.policy);
  const closers: (() => Promise<unknown>)[] = [];
  try {
    return await runWith(run, report, (close) => closers.unshift(close));
  } finally {
    for (const close of closers) await close();
  }
};

const runWith = async (run: ReminderRun, report: Report, onEnd: (close: () => Promise<unknown>) => void) => {
  const { service: whole, bundles } = await loadService(
    { reminderPolicy: run.policy, reminderRate: run.rate, reminderModules: run.modules },
    report.say,
  );
  const service = jobsOf(whole);
  const upstream = run.upstream ?? (await startUpstream(run, onEnd));
  const emulators = await startEmulators(
    service,
    { StudiosSecret: { "demo-studio": upstream } },
    await folderOf(run, onEnd),
  );
  onEnd(emulators.close);
  const sqs = await startSqs(queuesOf(service), emulators.credentials);
  onEnd(sqs.close);
  const counts = createCounts(report);
  const lambdas = createFunctions(service, {
    bundles,
    environment: { ...emulators.environment, AWS_ENDPOINT_URL_SQS: sqs.url, REMINDER_TRIAL: "yes" },
    references: sqs.queueUrls,
    onLog: counts.read,
  });
  onEnd(() => Promise.all([...lambdas.values()].map((each) => each.close())));
  if (run.dryRun) counts.onReminder(report.reminder);
  else emulators.bus.subscribe(({ detail }) => report.reminder(reminderIn(detail)));

  await begin(lambdas.get("startReminderRun"), run);
  // On AWS a message comes back after its visibility timeout: too long for a laptop.
  const { retrySeconds = 1 } = run;
  const consumers = startConsumers(service, { lambdas, sqs, onAnswer: counts.answer, retrySeconds });
  onEnd(consumers.stop);
  while ((await sqs.waiting("ReminderSlices")) + (await sqs.waiting("ReminderMembers")) > 0) await sleep(100);
  const deadLetters = await sqs.waiting("ReminderDeadLetters");
  return { ...counts.tally(), published: emulators.bus.events.length, deadLetters, errors: counts.errors };
};

const jobsOf = (service: Service): Service =>
  only(
    service,
    (events, name) =>
      name !== "deliverWebhook" &&
      events.some((event) => "sqs" in event || ("schedule" in event && typeof event.schedule === "object")),
  );

/** The sandbox on the wanted day. Contracts are invented as of the real today, so that runs of several days see the same ones. */
const startUpstream = async (
  { today, sandboxMembers: members }: ReminderRun,
  onEnd: (close: () => Promise<unknown>) => void,
) => {
  const since = new Date();
  const shiftMs = today === undefined ? 0 : Date.parse(today) - Math.floor(since.getTime() / dayMs) * dayMs;
  const sandbox = await startSandbox({ apiKey: sandboxKey, members, since, now: () => new Date(Date.now() + shiftMs) });
  onEnd(sandbox.close);
  return { baseUrl: sandbox.url, apiKey: sandboxKey };
};

/** The folder of the tables. A dry run gets a copy, so that it changes nothing. */
const folderOf = async (
  { state, dryRun }: ReminderRun,
  onEnd: (close: () => Promise<unknown>) => void,
): Promise<string | undefined> => {
  if (state === undefined || (dryRun && !existsSync(state))) return undefined;
  // The tables have members' ids and deadlines. The umask keeps other users of this machine from reading them.
  const umask = process.umask(0o077);
  onEnd(async () => void process.umask(umask));
  await usable(state);
  if (!dryRun) return state;
  const copy = await mkdtemp(join(tmpdir(), "perfectgym-gateway-dry-run-"));
  const remove = () => rmSync(copy, { recursive: true, force: true });
  process.once("exit", remove);
  onEnd(async () => remove());
  await cp(state, copy, { recursive: true });
  return copy;
};

/** @throws StartFailed */
const usable = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    await closeToOthers(folder);
  } catch (cause) {
    throw new StartFailed(`--state ${folder}: must be a folder that you can write to and restrict to yourself`, {
      cause,
    });
  }
};

/** Removes other users' rights on the folder, if it is empty or has tables. A folder with other files is left alone. */
const closeToOthers = async (folder: string): Promise<void> => {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.length > 0 && !entries.some(({ name }) => name === "CURRENT")) return;
  await chmod(folder, 0o700);
  for (const entry of entries) if (entry.isFile()) await chmod(join(folder, entry.name), 0o600);
};

const begin = async (startReminderRun: Lambda | undefined, { today, dryRun }: ReminderRun): Promise<void> => {
  try {
    await startReminderRun?.invoke({ ...(today !== undefined && { today }), dryRun });
  } catch (error) {
    if (error instanceof FunctionFailed) throw new StartFailed(`the run did not start: ${error.message}`);
    throw error;
  }
};
