import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { terminalTable } from "#infra/terminal-table.ts";
import { runLambda } from "./lambda.ts";
import type { Variant } from "./variants.ts";

const profile = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({
        functionName: z.string(),
        url: z.string(),
        lineNumber: z.number(),
        columnNumber: z.number(),
      }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/** Where the time of start and first invocation goes: the functions with the most time of their own. */
export const profileOf = async ({ bundle, event }: Variant, environment: Readonly<Record<string, string>>) => {
  const folder = await mkdtemp(join(tmpdir(), "perfectgym-gateway-profile-"));
  try {
    const nodeOptions = ["--cpu-prof", "--cpu-prof-interval", "200", "--cpu-prof-dir", folder];
    await runLambda({ bundle, event, environment, warm: 0, nodeOptions });
    const [file = ""] = await readdir(folder);
    const { nodes, samples, timeDeltas } = profile.parse(JSON.parse(await readFile(join(folder, file), "utf8")));
    const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
    const times = new Map<string, number>();
    for (const [place, id] of samples.entries()) {
      const { functionName = "", url = "", columnNumber = 0 } = frames.get(id) ?? {};
      const name = `${functionName || "(anonymous)"} ${url === "" ? "" : `${url.split("/").slice(-2).join("/")}:${columnNumber}`}`;
      times.set(name, (times.get(name) ?? 0) + (timeDeltas[place] ?? 0) / 1000);
    }
    const top = [...times].sort(([, a], [, b]) => b - a).slice(0, 25);
    return terminalTable([["MS", "FUNCTION"], ...top.map(([name, ms]) => [ms.toFixed(1), name])]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
