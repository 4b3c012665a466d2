import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { loadService, type Tables, tablesOf } from "#infra/local/service.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly tables: Tables;
  }
}

const mark = `TEST_RUN=${randomUUID()}`;

/** Resolves the service once for all test files: their tables are those that are deployed. */
export const setup = async ({ provide }: TestProject): Promise<void> => {
  // Every process that a test file starts has this in its environment.
  [, process.env["TEST_RUN"]] = mark.split("=");
  provide("tables", tablesOf((await loadService({})).service));
};

/** Fails the run if a process that a test started is still running. Checks only on systems with /proc. */
export const teardown = (): void => {
  const left = processes()
    .filter(({ pid, environment }) => pid !== process.pid && environment.includes(mark))
    .map(({ pid, command }) => `${pid} ${command}`)
    .filter((line) => !line.includes("vitest"));
  if (left.length > 0) throw new Error(`these processes outlived the tests:\n${left.join("\n")}`);
};

const processes = () =>
  (existsSync("/proc") ? readdirSync("/proc") : [])
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [environment = "", command = ""] = ["environ", "cmdline"].map((file) =>
          readFileSync(`/proc/${pid}/${file}`, "utf8").replaceAll("\0", " "),
        );
        return [{ pid: Number(pid), environment, command }];
      } catch {
        // The process has ended meanwhile, or belongs to another user.
        return [];
      }
    });
