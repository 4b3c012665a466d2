import { builtinModules } from "node:module";
import type { Plugin } from "esbuild";

/**
 * Gets Node's own modules by process.getBuiltinModule instead of import. Importing node:http alone makes a cold start
 * 50 to 90 ms longer, and in an ESM bundle a CommonJS module cannot `require` a builtin. Only the exports that a bundle
 * uses are read: some load further modules.
 */
export const builtins: Plugin = {
  name: "builtins",
  setup: ({ onResolve, onLoad }) => {
    const names = builtinModules.filter((name) => !name.startsWith("_"));
    onResolve({ filter: new RegExp(`^(node:)?(${names.join("|")})$`) }, ({ path, kind }) => ({
      path: path.replace(/^node:/, ""),
      namespace: kind === "require-call" ? "required-builtin" : "builtin",
      sideEffects: false,
    }));
    onLoad({ filter: /.*/, namespace: "required-builtin" }, ({ path }) => ({
      contents: `module.exports = ${got(path)};`,
    }));
    onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: [`const builtin = ${got(path)};`, "export default builtin;", ...exportsOf(path)].join("\n"),
    }));
  },
};

const got = (path: string): string => `process.getBuiltinModule("node:${path}")`;

/** Each as a pure call, which esbuild leaves out if nobody uses it. */
const exportsOf = (path: string): string[] =>
  Object.keys(process.getBuiltinModule(`node:${path}`) ?? {})
    .filter((name) => name !== "default")
    .map((name) => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})();`);
