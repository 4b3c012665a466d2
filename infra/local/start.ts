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

try {
  if (process.env["npm_lifecycle_event"]) endWithNpm();
  // Imported here and not above, so that on a busy machine the first line appears before everything is loaded.
  const { readSettings } = await import("./settings.ts");
  const settings = readSettings(process.env);
  say("Starting the gateway ...");
  const { startLocal } = await import("./local.ts");
  const { welcome } = await import("./welcome.ts");
  local = await startLocal(settings, { say });
  process.stdout.write(welcome(local));
} catch (error) {
  const text = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${error instanceof StartFailed ? error.message : text}\n`);
  process.exit(1);
}
