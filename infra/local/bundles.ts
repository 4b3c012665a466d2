import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import type { Service } from "./service.ts";

/** Path of a function's bundle. */
export type Bundles = (functionName: string) => string;

/** Builds every function as `osls package` does, one bundle each, into a folder that goes away with the process. */
export const buildBundles = async ({ functions, custom }: Service): Promise<Bundles> => {
  const { outputFileExtension, plugins, ...options } = custom.esbuild;
  const { default: loaded }: { default: Plugin[] } = await import(resolve(plugins));
  const entries = Object.entries(functions).map(([name, { handler }]) => [name, handler.replace(/\.\w+$/, ".ts")]);
  const outdir = await mkdtemp(join(tmpdir(), "perfectgym-gateway-"));
  process.once("exit", () => rmSync(outdir, { recursive: true, force: true }));
  await build({
    ...options,
    plugins: loaded,
    entryPoints: Object.fromEntries(entries),
    outdir,
    outExtension: { ".js": outputFileExtension },
    logLevel: "warning",
  });
  return (functionName) => join(outdir, functionName + outputFileExtension);
};
