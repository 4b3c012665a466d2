import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { cacheFolder } from "./infra/local/cache.ts";

// For the process of each test file: what it loads is compiled once, not once a file.
process.env["NODE_COMPILE_CACHE"] ??= join(cacheFolder, "compiled");

const sharing = ["test/infra/sandbox/*.test.ts", "test/simulation/*.test.ts", "test/docs.test.ts"];
const inOwnProcess = ["test/infra/local/remind.test.ts"];

export default defineConfig({
  test: {
    globalSetup: ["test/global-setup.ts"],
    setupFiles: ["test/setup.ts"],
    // Most of a test is waiting: one worker for each core but one would leave both idle.
    maxWorkers: 3,
    // Only what hangs gets there, on a machine however busy.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Threads share what a process of its own would load again for each file.
    pool: "threads",
    projects: [
      {
        extends: true,
        test: { name: "isolated", include: ["test/**/*.test.ts"], exclude: [...sharing, ...inOwnProcess] },
      },
      // Leave nothing behind in their modules, so that one thread can run many of them.
      { extends: true, test: { name: "sharing", include: sharing, isolate: false } },
      // Sets the umask, which a thread cannot.
      { extends: true, test: { name: "process", include: inOwnProcess, pool: "forks" } },
    ],
  },
});
