import { defineConfig } from "vitest/config";

/** The tests that need more than the project installs: Chromium, or the packages of a partner. */
export default defineConfig({
  test: {
    include: ["test/browser/**/*.test.ts", "test/client/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    setupFiles: ["test/setup.ts"],
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    pool: "threads",
  },
});
