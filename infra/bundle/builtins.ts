import { builtinModules } from "node:module";
import type { Plugin } from "esbuild";

/**
 * Takes Node's own modules from process.getBuiltinModule instead of import: the ESM facade of node:http alone costs
 * a cold start 50 to 90 ms, and a CommonJS module's `require` of a builtin would fail in an ESM bundle.
 */
const builtins: Plugin = {
  name: "builtins",
  setup: ({ onResolve, onLoad }) => {
    const names = builtinModules.filter((name) => !name.startsWith("_"));
    onResolve({ filter: new RegExp(`^(node:)?(${names.join("|")})$`) }, ({ path }) => ({
      path: path.replace(/^node:/, ""),
      namespace: "builtin",
    }));
    onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule("node:${path}");`,
    }));
  },
};

export default [builtins];
