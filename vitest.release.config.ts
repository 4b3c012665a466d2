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
    // On a busy machine, Chromium sometimes draws no frame of a new page, and Playwright waits in vain for a button to stand
    // still: the last line of its error. Only such a test is tried again, in a new page.
    retry: { count: 2, condition: /waiting for element to be visible, enabled and stable\W*\d*m?\s*$/ },
  },
});
