import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, extname, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";

/**
 * Makes a file for browsers a module: `import { path } from "asset:./reference.css"`. Its name has a hash of its content.
 * The exports are those of `lib/docs/asset.d.ts`; a bundle has only those that it uses.
 */
export const assets: Plugin = {
  name: "assets",
  setup: ({ onResolve, onLoad, resolve }) => {
    onResolve({ filter: /^asset:/ }, async ({ path, resolveDir }) => {
      const found = await resolve(path.slice("asset:".length), { kind: "import-statement", resolveDir });
      return { errors: found.errors, path: relative("", found.path), namespace: "asset", sideEffects: false };
    });
    onLoad({ filter: /.*/, namespace: "asset" }, async ({ path }) => {
      const content = /^lib.*\.(ts|css)$/.test(path) ? await built(path) : await readFile(path);
      const extension = extname(path).replace(".ts", ".js");
      const name = `${basename(path, extname(path))}-${hash("sha256", content).slice(0, 10)}${extension}`;
      const exports = { path: `/docs/assets/${name}`, type: types[extension] ?? "text/plain", ...compressed(content) };
      return {
        contents: Object.entries(exports)
          .map(([key, value]) => `export const ${key} = ${JSON.stringify(value)};`)
          .join("\n"),
      };
    });
  },
};

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};

/** Our own code, for the browsers of the last years. */
const built = async (path: string): Promise<Uint8Array> => {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    minify: true,
    write: false,
    platform: "browser",
    target: "es2022",
    logLevel: "silent",
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`esbuild made nothing of ${path}`);
  return file.contents;
};

/** In base64, as a Lambda answers it. Brotli's quality 11 would save 8 % of Swagger UI, but takes seconds of each build. */
const compressed = (content: Uint8Array) => ({
  br: brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).toString("base64"),
  gzip: gzipSync(content, { level: 9 }).toString("base64"),
});
