import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";
import { parseSync } from "oxc-parser";

/**
 * Lets esbuild leave out the operations and fields that a bundle does not use, as it does with functions. It cannot know
 * that to call `z.object` changes nothing, so each constant becomes the result of a call that is marked as pure.
 */
export const unused: Plugin = {
  name: "unused",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/lib\/operations\/[\w-]+\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      return { contents: withPureConstants(path, source), loader: "ts" };
    });
  },
};

/** The same lines, so that an error still names the right one. */
const withPureConstants = (path: string, source: string): string => {
  const values = parseSync(path, source).program.body.flatMap((statement) => {
    const declared = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    return declared?.type === "VariableDeclaration" ? declared.declarations.flatMap(({ init }) => init ?? []) : [];
  });
  return values.reduceRight(
    (text, { start, end }) =>
      `${text.slice(0, start)}/* @__PURE__ */ (() => (${text.slice(start, end)}))()${text.slice(end)}`,
    source,
  );
};
