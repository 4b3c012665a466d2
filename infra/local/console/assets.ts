import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";

/** The files of a page by their paths. */
const pageAt = (path: string, base: string, folder: string, modules: readonly string[]) => ({
  [path]: `${folder}/page.html`,
  [`${base}/style.css`]: `${folder}/style.css`,
  ...Object.fromEntries(modules.map((name) => [`${base}/${name}.ts`, `${folder}/${name}.ts`])),
});

const consoleModules = ["main", "call", "dom", "entries", "faults", "server", "tokens"];
const exampleModules = ["main", "app", "contact", "contracts", "dom", "gateway", "pauses", "texts"];

const files: Readonly<Record<string, string>> = {
  ...pageAt("/", "/_console", "browser", consoleModules),
  ...pageAt("/example", "/example", "../example/browser", exampleModules),
};

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  ts: "text/javascript; charset=utf-8",
};

export interface Asset {
  readonly type: string;
  readonly text: string;
}

/** A file of the console or of the example app. Browsers get TypeScript without the types. Undefined if nothing has that path. */
export const assetAt = async (path: string): Promise<Asset | undefined> => {
  const name = files[path];
  if (name === undefined) return undefined;
  const text = await readFile(new URL(name, import.meta.url), "utf8");
  const ending = name.replace(/^.*\./, "");
  return { type: types[ending] ?? "", text: ending === "ts" ? stripTypeScriptTypes(text) : text };
};
