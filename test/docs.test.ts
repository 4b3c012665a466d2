import { existsSync, globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { inEnglish } from "#lib/docs/problems-in-english.ts";
import { catalog } from "#lib/operations/catalog.ts";
import { endings } from "#lib/perfectgym/endings.ts";
import { type ProblemCode, problemTypes } from "#lib/problems/types.ts";

const read = (file: string) => readFile(file, "utf8");

test("the README's table of operations is the contract", async () => {
  const rows = (await read("README.md")).split("\n").filter((line) => /^\| \w+ \| `[A-Z]+ \/v1\//.test(line));
  const wanted = Object.values(catalog)
    .flat()
    .map(({ id, method, path, scope }) => `| ${id} | \`${method} ${path}\` | \`${scope}\` |`);
  expect(rows).toEqual(wanted);
});

test("the page of errors has the code's table of endings", async () => {
  const rows = (await read("docs/errors.md")).split("\n").filter((line) => / \| (yes|no|possibly) \| /.test(line));
  const wanted = Object.values(endings).map(
    ({ observed, carriedOut, because }) => `| ${observed} | ${carriedOut} | ${because} |`,
  );
  expect(rows).toEqual(wanted);
});

const linesOf = async (file: string, pattern: RegExp) =>
  (await read(file)).split("\n").filter((line) => pattern.test(line));

test("the page of errors explains every problem, in the words of the page /docs/problems", async () => {
  const wanted = Object.entries(problemTypes).map(([code, { status }]) => {
    const { happened, next, retry } = inEnglish[code as ProblemCode];
    return `| \`${code}\` | ${status} | ${happened} | ${next} | ${retry} |`;
  });
  expect(await linesOf("docs/errors.md", /^\| `[a-z-]+` \| (\d{3}|4xx) \| /)).toEqual(wanted);
});

test("the page about members has what an app can show for every problem", async () => {
  const codes = Object.keys(problemTypes) as ProblemCode[];
  const wanted = [...Map.groupBy(codes, (code) => inEnglish[code].member)].map(
    ([member, sharing]) => `| ${sharing.map((code) => `\`${code}\``).join(", ")} | ${member} |`,
  );
  const [, section = ""] = (await read("docs/members.md")).split("## When something goes wrong");
  expect(section.split("\n").filter((line) => line.startsWith("| `") && !line.startsWith("| `code`"))).toEqual(wanted);
});

const pages = globSync("**/*.md", { exclude: (name) => name.includes("node_modules") || name.startsWith(".") });

/** As GitHub makes them. */
const anchorsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, "")
      .replaceAll(" ", "-"),
  );

describe("every link in Markdown has a target:", () => {
  test.each(pages)("%s", async (page) => {
    const links = [...(await read(page)).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)];
    const broken = await Promise.all(
      links.map(async ([link, path = "", anchor = ""]) => {
        const target = path === "" ? page : join(dirname(page), path);
        if (!existsSync(target)) return [link];
        return anchor === "" || anchorsIn(await read(target)).includes(anchor) ? [] : [link];
      }),
    );
    expect(broken.flat()).toEqual([]);
  });
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

test("the costs are added up right", async () => {
  const table = (await read("docs/costs.md")).split("\n").filter((line) => line.includes("= $"));
  const sums = [0, 0, 0];
  for (const line of table) {
    const price = Number(/\| \$([\d.]+) \/ /.exec(line)?.[1]);
    const cells = [...line.matchAll(/([\d,.]+) = \$([\d.]+)/g)].map(([, quantity = "", cost]) => ({
      quantity: Number(quantity.replaceAll(",", "")),
      cost: Number(cost),
    }));
    expect(cells).toHaveLength(sums.length);
    for (const [place, { quantity, cost }] of cells.entries()) {
      expect([line, cost]).toEqual([line, expect.closeTo(quantity * price, 1.9)]);
      sums[place] = (sums[place] ?? 0) + cost;
    }
  }
  const [, together = ""] = /^\| \*\*Together\*\* (.*)$/m.exec(await read("docs/costs.md")) ?? [];
  const given = [...together.matchAll(/\$([\d.]+)/g)].map(([, sum]) => Number(sum));
  expect(given).toEqual(sums.map((sum) => expect.closeTo(sum, 1.9)));
});
