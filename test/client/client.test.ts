import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Local } from "#infra/local/local.ts";
import { catalog } from "#lib/operations/catalog.ts";
import { startHere, tokenFrom } from "../infra/local/process.ts";

/** A package apart from the project, as a partner's is. */
const run = (command: string, ...args: readonly string[]) =>
  promisify(execFile)(`node_modules/.bin/${command}`, args, { cwd: fileURLToPath(new URL("app", import.meta.url)) });

/** Compiled by TypeScript 5 only: openapi-typescript needs it, and the file exists only after that has run. */
const calls = "./app/calls.ts";
interface Calls {
  readonly callEverything: (url: string, token: string) => Promise<ReadonlyMap<string, number>>;
  readonly codeOfUnknownMember: (url: string, token: string) => Promise<string | undefined>;
}

const operations = Object.values(catalog).flat();

let gateway: Local;
let token: string;
beforeAll(async () => {
  for (const name of ["stdout", "stderr"] as const) vi.spyOn(process[name], "write").mockReturnValue(true);
  gateway = await startHere();
  token = await tokenFrom(gateway.url);
  await run("openapi-typescript", `${gateway.url}/openapi.json`, "-o", "gateway.d.ts");
});
afterAll(() => gateway.close());

test("a client whose types come from /openapi.json calls every operation, and each succeeds", async () => {
  await run("tsc", "-p", ".");
  const { callEverything, codeOfUnknownMember }: Calls = await import(/* @vite-ignore */ calls);
  const called = await callEverything(gateway.url, token);
  expect([...called.keys()].sort()).toEqual(operations.map(({ method, path }) => `${method} ${path}`).sort());
  expect(new Set(called.values())).toEqual(new Set([200]));
  expect(await codeOfUnknownMember(gateway.url, token)).toBe("upstream-refused");
});
