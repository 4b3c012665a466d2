import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import type { Service } from "./service.ts";

export interface Bundles {
  /** Path of a function's bundle. */
  readonly of: (functionName: string) => string;
  readonly remove: () => Promise<void>;
}

/** Builds every function as `osls package` does, one bundle each, into a folder of this run's own. */
export const buildBundles = async ({ functions, custom }: Service): Promise<Bundles> => {
  const { outputFileExtension, plugins, ...options } = custom.esbuild;
  const { default: loaded }: { default: Plugin[] } = await import(resolve(plugins));
  const entries = Object.entries(functions).map(([name, { handler }]) => [name, handler.replace(/\.\w+$/, ".ts")]);
  const outdir = await mkdtemp(join(tmpdir(), "perfectgym-gateway-"));
  await build({
    ...options,
    plugins: loaded,
    entryPoints: Object.fromEntries(entries),
    outdir,
    outExtension: { ".js": outputFileExtension },
    logLevel: "warning",
  });
  return {
    of: (functionName) => join(outdir, functionName + outputFileExtension),
    remove: () => rm(outdir, { recursive: true }),
  };
};
