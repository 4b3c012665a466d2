import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";

const folder = new URL("browser/", import.meta.url);

const files: Readonly<Record<string, string>> = {
  "/": "page.html",
  "/_console/style.css": "style.css",
  ...Object.fromEntries(
    ["main", "call", "dom", "entries", "faults", "server", "tokens"].map((name) => [
      `/_console/${name}.ts`,
      `${name}.ts`,
    ]),
  ),
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

/** A file of the console's page. Browsers get its TypeScript without the types. Undefined if nothing has that path. */
export const assetAt = async (path: string): Promise<Asset | undefined> => {
  const name = files[path];
  if (name === undefined) return undefined;
  const text = await readFile(new URL(name, folder), "utf8");
  const [, ending = ""] = name.split(".");
  return { type: types[ending] ?? "", text: ending === "ts" ? stripTypeScriptTypes(text) : text };
};
