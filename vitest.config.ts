import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { cacheFolder } from "./infra/local/cache.ts";

// For the process of each test file: what it loads is compiled once, not once a file.
process.env["NODE_COMPILE_CACHE"] ??= join(cacheFolder, "compiled");

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    setupFiles: ["test/setup.ts"],
    // Most of a test is waiting: one worker for each core but one would leave both idle.
    maxWorkers: 3,
    // Only what hangs gets there, on a machine however busy.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
