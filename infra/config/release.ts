import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Asked } from "./variables.ts";

/** The commit that is packaged, with `-dirty` if files differ from it. `unknown` without git, as in an archive. */
const commit = (): string => {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty", "--exclude=*"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "unknown";
  }
};

/** What is packaged, for `GET /health`. The laptop runs the files as they are, whatever was committed. */
export const release = async ({ options }: Pick<Asked, "options">) => ({
  version: String(JSON.parse(readFileSync("package.json", "utf8")).version),
  commit: options.stage === "local" ? "local" : commit(),
});
