import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import * as z from "zod";
import { catalog } from "#lib/operations/catalog.ts";
import { answers, failures } from "#lib/perfectgym/failures.ts";

const read = (file: string) => readFile(file, "utf8");

test("the README's table of operations is the contract", async () => {
  const rows = (await read("README.md")).split("\n").filter((line) => /^\| \w+ \| `[A-Z]+ \/v1\//.test(line));
  const wanted = Object.values(catalog)
    .flat()
    .map(({ id, method, path, scope }) => `| ${id} | \`${method} ${path}\` | \`${scope}\` |`);
  expect(rows).toEqual(wanted);
});

test("the README's table of certainties is the one that decides", async () => {
  const [, section = ""] = (await read("README.md")).split("## Writes happen once");
  const rows = section.split("\n").filter((line) => / \| (yes|no|possibly) \| /.test(line));
  const wanted = [...answers, ...Object.values(failures)].map(
    ({ ending, carriedOut, because }) => `| ${ending} | ${carriedOut} | ${because} |`,
  );
  expect(rows).toEqual(wanted);
});

test("SECURITY.md lists every package that is deployed, by its licence", async () => {
  const lock = z.object({
    packages: z.record(
      z.string(),
      z.object({ license: z.string().optional(), dev: z.boolean().optional(), optional: z.boolean().optional() }),
    ),
  });
  const { packages } = lock.parse(JSON.parse(await read("package-lock.json")));
  const deployed = Object.entries(packages).filter(([path, { dev, optional }]) => path !== "" && !dev && !optional);
  const byLicence = Map.groupBy(deployed, ([, { license = "none" }]) => license);
  const rows = [...byLicence].map(([licence, entries]) => {
    const names = new Set(entries.map(([path]) => path.replace(/^.*node_modules\//, "")));
    return `| ${licence} | ${[...names].sort().join(", ")} |`;
  });
  const [, section = ""] = (await read("SECURITY.md")).split("## Dependencies");
  const listed = section.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| licence"));
  expect(listed.sort()).toEqual(rows.sort());
});
