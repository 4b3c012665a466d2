import type { Local } from "./local.ts";
import { StartFailed } from "./start-failed.ts";

let local: Local | undefined;

const end = async () => {
  await local?.close();
  process.exit(0);
};
process.once("SIGINT", end);
process.once("SIGTERM", end);

/** npm hands a SIGTERM to its shell, which dies of it without telling this process: then its parent is another. */
const endWithNpm = () => {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end(), 250).unref();
};

const say = (what: string) => void process.stderr.write(`${what}\n`);

const welcome = ({ url, token, sandbox }: Local): string => {
  const call = (path: string) => `curl -s ${url}${path} -H 'authorization: Bearer ${token}'`;
  return [
    `ready ${url}`,
    "",
    "A token of demo-partner with all scopes, good for an hour:",
    token,
    "",
    call("/v1/memberships/1000/self-service/contract-data"),
    call("/v1/memberships/self-service/contract-cancelation-reasons"),
    "",
    ...(sandbox ? [`The upstream is a sandbox at ${sandbox.url}, X-API-KEY: ${sandbox.apiKey}`, ""] : []),
  ].join("\n");
};

try {
  if (process.env["npm_lifecycle_event"]) endWithNpm();
  // Loaded here and not above, so that on a busy machine it says something before it has loaded everything.
  const { readSettings } = await import("./settings.ts");
  const settings = readSettings(process.env);
  say("Starting the gateway ...");
  const { startLocal } = await import("./local.ts");
  local = await startLocal(settings, say);
  process.stdout.write(welcome(local));
} catch (error) {
  const text = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${error instanceof StartFailed ? error.message : text}\n`);
  process.exit(1);
}
