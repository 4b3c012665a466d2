import { resolve } from "node:path";
import { build, type Metafile, type Plugin, stop } from "esbuild";
import { loadService } from "#infra/local/service.ts";

/** Bundles a handler's source as the gateway's functions are deployed, into `outdir` if there is one. */
export const buildAsDeployed = async (source: string, outdir?: string): Promise<Metafile> => {
  const { outputFileExtension, plugins, ...options } = (await loadService({})).service.custom.esbuild;
  const { default: loaded }: { default: Plugin[] } = await import(resolve(plugins));
  const { metafile } = await build({
    ...options,
    plugins: loaded,
    entryPoints: [source],
    outdir: outdir ?? ".",
    outExtension: { ".js": outputFileExtension },
    write: outdir !== undefined,
    metafile: true,
  });
  await stop();
  return metafile;
};
