import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ZipOptions, zipSync } from "fflate";
import { type BundleSource, bundle } from "./bundle.ts";

/** Lambda unpacks files with this mode. With one fixed date, the same bundle always gives the same zip. */
const attributes: ZipOptions = { os: 3, attrs: 0o100644 << 16, mtime: new Date(1980, 0, 1), level: 9 };

type Functions = Record<string, { readonly handler: string; package?: { readonly artifact: string } }>;

/** The part of osls that the plugin reads. */
interface Osls {
  readonly serviceDir: string;
  readonly service: BundleSource & { readonly functions: Functions };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

/** The osls plugin that packages each function as one bundle, the same that `npm start` runs. */
export default class BundlePlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;

  constructor(osls: Osls) {
    this.hooks = {
      "before:package:createDeploymentArtifacts": () => packageAll(osls),
      "before:deploy:function:packageFunction": () => packageAll(osls),
    };
  }
}

const packageAll = async ({ service, serviceDir, classes }: Osls): Promise<void> => {
  const { functions, custom } = service;
  const bundles = await bundle({ functions, custom }, () => {}).catch((error: unknown) => {
    throw new classes.Error(error instanceof Error ? error.message : String(error), "BUNDLES_NOT_BUILT");
  });
  const folder = join(serviceDir, ".serverless");
  await mkdir(folder, { recursive: true });
  for (const [name, own] of Object.entries(functions)) {
    const file = own.handler.replace(/\.\w+$/, custom.esbuild.outputFileExtension);
    const artifact = join(folder, `${name}.zip`);
    await writeFile(artifact, zipSync({ [file]: [await readFile(bundles(name)), attributes] }));
    own.package = { artifact };
  }
};
