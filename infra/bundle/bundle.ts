import { existsSync, globSync, rmSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build, type Metafile, type Plugin, stop } from "esbuild";
import * as z from "zod";
import { cacheFolder, contentKey, keyOf, writeWhole } from "#infra/local/cache.ts";
import { StartFailed } from "#infra/local/start-failed.ts";

export interface BundleSource {
  readonly functions: Readonly<Record<string, { readonly handler: string }>>;
  readonly custom: {
    readonly esbuild: { readonly outputFileExtension: string; readonly plugins: string } & Readonly<
      Record<string, unknown>
    >;
  };
}

/** Path of a function's bundle. */
export type Bundles = (functionName: string) => string;

const folder = join(cacheFolder, "bundles");

/** The last build: its input files, and the key that names its folder. */
const record = z.object({ inputs: z.array(z.string()), key: z.string() });

/**
 * Finds each function's bundle, as it is deployed. Builds all of them in one esbuild run, unless the last build had the
 * same sources, packages and options. Calls `onBuild` before a build. @throws StartFailed with esbuild's errors
 */
export const bundle = async (source: BundleSource, onBuild: () => void): Promise<Bundles> => {
  const { outputFileExtension: extension } = source.custom.esbuild;
  // esbuild's record does not list what the plugins build.
  const tools = globSync(["infra/bundle/*", "lib/docs/browser/*"]);
  const last = join(folder, "last.json");
  const keyFor = async (inputs: readonly string[]) =>
    keyOf(
      JSON.stringify([entriesOf(source), Object.entries(source.custom.esbuild).sort()]),
      await contentKey(["node_modules/.package-lock.json", "package.json", "tsconfig.json", ...tools, ...inputs]),
    );

  const known = existsSync(last) ? record.parse(JSON.parse(await readFile(last, "utf8"))) : undefined;
  const isCurrent = known && existsSync(join(folder, known.key)) && (await keyFor(known.inputs)) === known.key;
  const key = isCurrent ? known.key : await rebuild();
  return (functionName) => join(folder, key, functionName + extension);

  async function rebuild(): Promise<string> {
    onBuild();
    const unfinished = await newFolder();
    const startedAt = Date.now();
    const inputs = inputsOf(await buildInto(unfinished, source));
    // A file was saved during the build. The bundle may have the old text, but the key would be of the new text.
    if (inputs.some((path) => statSync(path).mtimeMs >= startedAt)) return rebuild();
    const built = await keyFor(inputs);
    await rename(unfinished, join(folder, built)).catch((error) => {
      // Another process may have made the same build at the same time.
      if (!existsSync(join(folder, built))) throw error;
    });
    await writeWhole(last, JSON.stringify({ inputs, key: built }));
    await removeOld();
    return built;
  }
};

/** Removes builds that are a week old. Each has 10 MB, and no process uses them any more. */
const removeOld = async (): Promise<void> => {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if (mtimeMs !== undefined && mtimeMs < Date.now() - 7 * 24 * 3_600_000)
      await rm(path, { recursive: true, force: true });
  }
};

/** A new folder. It is removed when the process ends, unless it was renamed. */
const newFolder = async (): Promise<string> => {
  await mkdir(folder, { recursive: true });
  const unfinished = await mkdtemp(join(folder, "unfinished-"));
  process.once("exit", () => rmSync(unfinished, { recursive: true, force: true }));
  return unfinished;
};

/** The project's own files. Packages are not among them, because they change only with the lock file. */
const inputsOf = ({ inputs }: Metafile): string[] =>
  Object.keys(inputs)
    .filter((path) => /^(functions|lib|docs)\//.test(path))
    .sort();

/** Function names with their sources. */
const entriesOf = ({ functions }: BundleSource): Record<string, string> =>
  Object.fromEntries(
    Object.entries(functions)
      .map(([name, { handler }]) => [name, handler.replace(/\.\w+$/, ".ts")])
      .sort(),
  );

const buildInto = async (outdir: string, source: BundleSource): Promise<Metafile> => {
  const { outputFileExtension, plugins, ...options } = source.custom.esbuild;
  const { default: loaded }: { default: Plugin[] } = await import(resolve(plugins));
  try {
    const { metafile } = await build({
      ...options,
      plugins: loaded,
      entryPoints: entriesOf(source),
      outdir,
      outExtension: { ".js": outputFileExtension },
      metafile: true,
      logLevel: "silent",
    });
    return metafile;
  } catch (cause) {
    throw new StartFailed(cause instanceof Error ? cause.message : String(cause), { cause });
  } finally {
    // Without this, esbuild's process would go on running, with 50 MB and more.
    await stop();
  }
};
