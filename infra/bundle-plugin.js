import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";
import { bundle } from "./bundles.ts";

/** Lambda unpacks files with these rights; one date for all keeps a zip the same as long as its bundle is. */
const attributes = { os: 3, attrs: 0o100644 << 16, mtime: new Date(1980, 0, 1), level: 9 };

/** The osls plugin that packages each function as one bundle, the same that `npm start` runs. */
export default class BundlePlugin {
  constructor({ service, serviceDir, classes }) {
    const packageAll = async () => {
      const { functions, custom } = service;
      const bundles = await bundle({ functions, custom }, () => {}).catch((error) => {
        throw new classes.Error(error.message, "BUNDLES_NOT_BUILT");
      });
      for (const [name, own] of Object.entries(functions)) own.package = { artifact: await zip(name, bundles(name)) };
    };
    const zip = async (name, path) => {
      const file = service.functions[name].handler.replace(/\.\w+$/, custom().outputFileExtension);
      const artifact = join(serviceDir, ".serverless", `${name}.zip`);
      await mkdir(join(serviceDir, ".serverless"), { recursive: true });
      await writeFile(artifact, zipSync({ [file]: [await readFile(path), attributes] }));
      return artifact;
    };
    const custom = () => service.custom.esbuild;
    this.hooks = {
      "before:package:createDeploymentArtifacts": packageAll,
      "before:deploy:function:packageFunction": packageAll,
    };
  }
}
