import type { TestProject } from "vitest/node";
import { loadService, type Tables, tablesOf } from "#infra/local/service.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly tables: Tables;
  }
}

/** Resolves the service once for all test files: their tables are those that are deployed. */
export const setup = async ({ provide }: TestProject): Promise<void> => {
  provide("tables", tablesOf((await loadService({})).service));
};
