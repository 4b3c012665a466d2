import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";
import { Marked, type RendererObject } from "marked";

/** Makes a guide of docs/guides a module, as HTML. Its exports are those of `lib/docs/guide.d.ts`. */
export const guides: Plugin = {
  name: "guides",
  setup: ({ onLoad }) => {
    onLoad({ filter: /docs\/guides\/[a-z-]+\.md$/ }, async ({ path }) => {
      const [heading = "", ...lines] = (await readFile(path, "utf8")).split("\n");
      const html = await new Marked({ renderer }).parse(lines.join("\n"));
      return { contents: `export const title = ${JSON.stringify(heading.slice(2))}, html = ${JSON.stringify(html)};` };
    });
  },
};

/** Where a link between the files leads on the site. @throws Error for a file that has no page there */
const target = (href: string): string => {
  const pages: Readonly<Record<string, string>> = { "../errors.md": "/docs/problems", "../events.md": "/docs/events" };
  const [, guide] = /^([a-z-]+)\.md$/.exec(href) ?? [];
  const page = guide ? `/docs/${guide}` : pages[href];
  if (!page) throw new Error(`a guide links to ${href}, which has no page`);
  return page;
};

const renderer: RendererObject = {
  code: ({ text }) => `<pre tabindex="0"><code>${escaped(text)}</code></pre>\n`,
  link({ href, tokens }) {
    return `<a href="${target(href)}">${this.parser.parseInline(tokens)}</a>`;
  },
};

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
