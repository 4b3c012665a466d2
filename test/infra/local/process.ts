import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { type Local, startLocal } from "#infra/local/local.ts";
import { readSettings } from "#infra/local/settings.ts";

export interface Started {
  readonly url: string;
  readonly child: ChildProcess;
  /** Lines on stdout and stderr so far. */
  readonly stdout: string[];
  readonly stderr: string[];
}

/** Runs one of the project's commands as `npm run` does. It ends with the test, also if the test fails. */
export const startNode = (args: readonly string[], env: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, ["--import", "./infra/node.js", ...args], {
    env: { PATH: process.env["PATH"], TEST_RUN: process.env["TEST_RUN"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(async () => {
    child.kill();
    await ended({ child });
  });
  return child;
};

/** Runs `npm start`, on any free port unless `env` sets one. */
export const startProcess = (env: Readonly<Record<string, string>>): Omit<Started, "url"> => {
  const child = startNode(["infra/local/start.ts"], { PORT: "0", ...env });
  const [stdout, stderr]: [string[], string[]] = [[], []];
  createInterface({ input: child.stdout }).on("line", (line) => stdout.push(line));
  createInterface({ input: child.stderr }).on("line", (line) => stderr.push(line));
  return { child, stdout, stderr };
};

/** Starts the gateway in this process, for tests that need no process of their own. */
export const startHere = (env: Readonly<Record<string, string>> = {}, now?: () => number): Promise<Local> =>
  startLocal(readSettings({ PORT: "0", LOG: "json", ...env }), { say: () => {}, ...(now && { now }) });

/** Waits for the line `ready <url>` and the lines that follow it. */
export const startReady = async (env: Readonly<Record<string, string>> = {}): Promise<Started> => {
  const started = startProcess(env);
  while (!started.stdout.some((line) => line.startsWith("curl "))) {
    if (started.child.exitCode !== null) throw new Error(started.stderr.join("\n"));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const [, url = ""] = /^ready (\S+)$/.exec(started.stdout[0] ?? "") ?? [];
  return { url, ...started };
};

export const ended = async ({ child }: Pick<Started, "child">): Promise<number | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
};

/** Asks the local issuer as a partner app does. */
export const tokenFrom = async (url: string, form: Readonly<Record<string, string>> = {}): Promise<string> => {
  const credentials = { grant_type: "client_credentials", client_id: "demo-partner", client_secret: "demo-secret" };
  const response = await fetch(`${url}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({ ...credentials, ...form }),
  });
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
};
