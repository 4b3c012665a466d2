import { resolve } from "node:path";
import { build, type Plugin, stop } from "esbuild";
import { loadService } from "#infra/local/service.ts";

const operations: Readonly<Record<string, string>> = {
  read: "getContractData",
  write: "createContractCancelationAmendment",
};

/** The folder of a package, or of the project's own code. */
const packageOf = (file: string): string => {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
  return name ?? file.split("/").slice(0, 2).join("/");
};

/** The bytes of a bundle by package, largest first: esbuild's own account of a build as it is deployed. */
export const sizesByPackage = async (name: string): Promise<readonly (readonly [string, string])[]> => {
  const { functions, custom } = (await loadService({})).service;
  const { outputFileExtension: _, plugins, ...options } = custom.esbuild;
  const handler = functions[operations[name] ?? name]?.handler;
  if (!handler) throw new RangeError(`there is no function ${name}`);
  const { default: loaded }: { default: Plugin[] } = await import(resolve(plugins));
  const entryPoints = [handler.replace(/\.\w+$/, ".ts")];
  const { metafile } = await build({
    ...options,
    plugins: loaded,
    entryPoints,
    metafile: true,
    write: false,
    outdir: ".",
  });
  await stop();
  const bytes = new Map<string, number>();
  for (const { inputs } of Object.values(metafile.outputs))
    for (const [file, { bytesInOutput }] of Object.entries(inputs))
      bytes.set(packageOf(file), (bytes.get(packageOf(file)) ?? 0) + bytesInOutput);
  return [...bytes].sort(([, a], [, b]) => b - a).map(([file, size]) => [size.toLocaleString("en-US"), file]);
};
