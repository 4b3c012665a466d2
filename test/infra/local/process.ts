import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Started {
  readonly url: string;
  readonly child: ChildProcess;
  /** Lines on stdout and stderr so far. */
  readonly stdout: string[];
  readonly stderr: string[];
}

/** Starts what `npm start` starts, on any free port unless `env` says otherwise. */
export const startProcess = (env: Readonly<Record<string, string>>): Omit<Started, "url"> => {
  const child = spawn(process.execPath, ["--import", "./infra/node.js", "infra/local/start.ts"], {
    env: { PATH: process.env["PATH"] ?? "", PORT: "0", ...env },
  });
  const [stdout, stderr]: [string[], string[]] = [[], []];
  createInterface({ input: child.stdout }).on("line", (line) => stdout.push(line));
  createInterface({ input: child.stderr }).on("line", (line) => stderr.push(line));
  return { child, stdout, stderr };
};

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
  if (child.exitCode === null) await once(child, "exit");
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
