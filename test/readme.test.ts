import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { catalog } from "#lib/operations/catalog.ts";

const readme = await readFile("README.md", "utf8");

test("the table of operations is the contract", () => {
  const rows = readme.split("\n").filter((line) => /^\| \w+ \| `[A-Z]+ \/v1\//.test(line));
  const wanted = Object.values(catalog)
    .flat()
    .map(({ id, method, path, scope }) => `| ${id} | \`${method} ${path}\` | \`${scope}\` |`);
  expect(rows).toEqual(wanted);
});
