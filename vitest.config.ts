import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { cacheFolder } from "./infra/local/cache.ts";

// For the process of each test file: what it loads is compiled once, not once a file.
process.env["NODE_COMPILE_CACHE"] ??= join(cacheFolder, "compiled");

/** Their files run one after the other in a thread that loads each module once. None changes what another's modules remember. */
const sharing = [
  "test/campaign/check.test.ts",
  "test/docs.test.ts",
  "test/functions/**/*.test.ts",
  "test/infra/(partners|settings|webhooks).test.ts",
  "test/infra/sandbox/*.test.ts",
  "test/lib/(docs|limits|observability|operations|webhooks)/*.test.ts",
  "test/lib/problems/!(problem).test.ts",
  "test/lib/http/media-type.test.ts",
  "test/lib/writes/states.test.ts",
  "test/lib/(chunks|conceal).test.ts",
  "test/lib/reminders/!(run|modules).test.ts",
  "test/simulation/*.test.ts",
];
/** Set the umask, which a thread cannot. */
const inOwnProcess = ["test/infra/local/remind.test.ts"];
/** Need Chromium or a partner's packages: vitest.release.config.ts. Some packages of the benchmark come with their own tests. */
const forRelease = ["test/browser/**", "test/client/**"];
const ofPackages = ["test/bench/baselines/**"];

export default defineConfig({
  test: {
    globalSetup: ["test/global-setup.ts"],
    setupFiles: ["test/setup.ts"],
    // Most of a test is waiting: one worker for each core but one would leave both idle.
    maxWorkers: 3,
    // Only what hangs gets there, on a machine however busy.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // A process for each file would cost twice as much.
    pool: "threads",
    projects: [
      {
        extends: true,
        test: {
          name: "isolated",
          include: ["test/**/*.test.ts"],
          exclude: [...sharing, ...inOwnProcess, ...forRelease, ...ofPackages],
        },
      },
      { extends: true, test: { name: "sharing", include: sharing, isolate: false } },
      { extends: true, test: { name: "process", include: inOwnProcess, pool: "forks" } },
    ],
  },
});
