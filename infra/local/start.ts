import type { Local } from "./local.ts";
import { StartFailed } from "./start-failed.ts";

let local: Local | undefined;

const end = async () => {
  await local?.close();
  process.exit(0);
};
process.once("SIGINT", end);
process.once("SIGTERM", end);

/** npm passes a SIGTERM to its shell, which dies without passing it on. This process then gets another parent. */
const endWithNpm = () => {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end(), 250).unref();
};

const say = (what: string) => void process.stderr.write(`${what}\n`);

/** Says every ten seconds that it goes on, until the function that it returns is called. */
const explainWaiting = (): (() => void) => {
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    say(`... still starting after ${seconds} s. The first start, and one on a busy machine, takes longer.`);
  }, 10_000);
  return () => clearInterval(timer);
};

try {
  if (process.env["npm_lifecycle_event"]) endWithNpm();
  // Imported here and not above, so that on a busy machine the first line appears before everything is loaded.
  const { readSettings } = await import("./settings.ts");
  const settings = readSettings(process.env);
  say("Starting the gateway ...");
  const endWaiting = explainWaiting();
  const { startLocal } = await import("./local.ts");
  const { welcome } = await import("./welcome.ts");
  local = await startLocal(settings, { say });
  endWaiting();
  process.stdout.write(welcome(local));
} catch (error) {
  const text = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${error instanceof StartFailed ? error.message : text}\n`);
  process.exit(1);
}
