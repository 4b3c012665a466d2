import { execFile, spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Local } from "#infra/local/local.ts";
import { startHere } from "./process.ts";

let gateway: Local;
let folder: string;
beforeAll(async () => {
  for (const name of ["stdout", "stderr"] as const) vi.spyOn(process[name], "write").mockReturnValue(true);
  [gateway, folder] = await Promise.all([startHere(), mkdtemp(join(tmpdir(), "guides-"))]);
});
afterAll(() => Promise.all([gateway.close(), rm(folder, { recursive: true })]));

const start = "docs/guides/start.md";

/** A guide's code in one language. Its shell goes on where that of the first guide ends, as it says. */
const codeOf = async (guide: string, language: string): Promise<string> => {
  const blocks = (await readFile(guide, "utf8")).matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"));
  return [...blocks].map(([, code = ""]) => code.replace("http://localhost:3000", gateway.url)).join("\n");
};

const run = async (command: string, name: string, code: string): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, code);
  const env = { PATH: process.env["PATH"], API: gateway.url, TOKEN_ENDPOINT: `${gateway.url}/oauth2/token` };
  const { stdout } = await promisify(execFile)(command, [file], {
    env: { ...env, CLIENT: "demo-partner:demo-secret" },
  });
  return stdout;
};

const has = (command: string) => spawnSync(command, ["--version"]).status === 0;

describe.skipIf(!has("bash") || !has("curl"))("the commands of", () => {
  /** What each guide's commands print, among other things. Only the guide of errors may print a problem. */
  const printed: Readonly<Record<string, readonly RegExp[]>> = {
    start: [/"lastPossibleCancelationDate"/],
    cancel: [/("success":"true","receipt".*){2}/s, /Kündigung/],
    changes: [/kim@example\.com/],
    pauses: [/IDLEPERIOD_CREATABLE/, /IDLEPERIOD_UPDATABLE/],
    "add-ons": [/ADDITIONAL_MODULE_PURCHASABLE/, /"receipt"/],
    withdrawal: [/"receipt".*NOT_YET_KNOWN/],
    retry: [/"pointer":"\/contractId".*"pointer":"\/cancelationDate"/],
  };

  test.each(globSync("docs/guides/*.md"))("%s do what it says", async (guide) => {
    const name = guide.replace(/^.*\/|\.md$/g, "");
    const before = guide === start ? "" : await codeOf(start, "sh");
    const output = await run("bash", `${name}.sh`, `set -eu\n${before}\n${await codeOf(guide, "sh")}`);
    for (const pattern of printed[name] ?? []) expect(output).toMatch(pattern);
    expect(printed[name]?.length).toBeGreaterThan(0);
    expect(output.includes('"code":')).toBe(name === "retry");
  });
});

test("the TypeScript of the first guide reads a contract", async () => {
  expect(await run(process.execPath, "start.ts", await codeOf(start, "ts"))).toContain("lastPossibleCancelationDate");
});

test.skipIf(!has("python3"))("the Python of the first guide reads a contract", async () => {
  expect(await run("python3", "start.py", await codeOf(start, "python"))).toContain("lastPossibleCancelationDate");
});
