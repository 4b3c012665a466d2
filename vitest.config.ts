import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/tables.ts"],
    setupFiles: ["test/setup.ts"],
    // Most of a test is waiting: one worker for each core but one would leave both idle.
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
