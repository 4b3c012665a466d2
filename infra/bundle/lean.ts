import { readFile } from "node:fs/promises";
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

/**
 * Parts of zod's schemas that lead to its maker of JSON Schemas, and what is there instead. Without them, only a bundle
 * that calls `z.toJSONSchema` has that maker; it then finds the parts by the schemas' types.
 */
const zodSchemas = /zod\/v4\/classic\/schemas\.js$/;
const cuts: readonly (readonly [RegExp, string])[] = [
  [/^ *inst\._zod\.processJSONSchema = .*;$/gm, ""],
  [/^import \{ createStandardJSONSchemaMethod, createToJSONSchemaMethod \} from .*;$/gm, ""],
  [/^ *return createToJSONSchemaMethod\(.*;$/gm, 'throw new TypeError("call z.toJSONSchema instead");'],
  [/^ *(in|out)put: createStandardJSONSchemaMethod\(.*,$/gm, ""],
];

/** @throws Error if a cut does not fit any more: another version of the package */
const cut = (text: string): string =>
  cuts.reduce((rest, [pattern, instead]) => {
    const left = rest.replace(pattern, instead);
    if (left === rest) throw new Error(`zod has nothing that ${pattern} matches: see infra/bundle/lean.ts`);
    return left;
  }, text);

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
    onLoad({ filter: zodSchemas }, async ({ path }) => ({ contents: cut(await readFile(path, "utf8")) }));
  },
};
