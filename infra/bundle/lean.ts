import { createRequire } from "node:module";
import { dirname } from "node:path";
import type { Plugin } from "esbuild";

/**
 * What a bundle leaves out, each with what stands in for it. A Lambda loads all that its bundle has, so each adds to every
 * cold start. test/infra/bundles.test.ts fails if one of them is needed after all.
 */
const replacements: Readonly<Record<string, string>> = {
  // Looks for credentials in files, in single sign-on, at EC2 and ECS, with clients of their own for each. Lambda and the
  // laptop put them into the environment, from where they are read again for each request.
  "@aws-sdk/credential-provider-node":
    'import { fromEnv } from "@aws-sdk/credential-provider-env"; export const defaultProvider = (init) => fromEnv(init);',
};

/** Resolves what a replacement imports as the package itself would: it need not be installed at the top. */
const folderOf = (name: string): string => dirname(createRequire(import.meta.url).resolve(name));

export const lean: Plugin = {
  name: "lean",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: new RegExp(`^(${Object.keys(replacements).join("|")})$`) }, ({ path }) => ({
      path,
      namespace: "lean",
      sideEffects: false,
    }));
    onLoad({ filter: /.*/, namespace: "lean" }, ({ path }) => ({
      contents: replacements[path] ?? "",
      resolveDir: folderOf(path),
    }));
  },
};
