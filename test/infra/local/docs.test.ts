import { createHash } from "node:crypto";
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Local } from "#infra/local/local.ts";
import { startHere } from "./process.ts";

let gateway: Local;
beforeAll(async () => {
  for (const name of ["stdout", "stderr"] as const) vi.spyOn(process[name], "write").mockReturnValue(true);
  gateway = await startHere();
});
afterAll(() => gateway.close());

const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(gateway.url + path, { headers, redirect: "manual" });

const linksIn = (html: string): readonly string[] =>
  [...html.matchAll(/(?:href|src)="(\/[^"#]*)/g)].map(([, link = ""]) => link);

const assets = async (): Promise<readonly string[]> =>
  linksIn(await (await get("/docs")).text()).filter((link) => link.startsWith("/docs/assets/"));

const guides = globSync("docs/guides/*.md").map((file) => `/docs/${basename(file, ".md")}`);
const pages = ["/docs", ...guides, "/docs/problems", "/docs/problems?lang=de", "/docs/events"];

describe.each(pages)("the page %s", (path) => {
  test("fits a phone, and each of its links has a target", async () => {
    const html = await (await get(path)).text();
    expect(html).toContain('<meta name="viewport" content="width=device-width">');
    for (const link of linksIn(html)) expect([link, (await get(link)).status]).toEqual([link, 200]);
  });

  test("has a policy that allows no inline script, and only its own inline style", async () => {
    const page = await get(path);
    const html = await page.text();
    expect(html).not.toMatch(/<script(?! src="\/docs\/assets\/)|style="|javascript:| on[a-z]+=/);
    const [, style = ""] = /<style>(.*?)<\/style>/s.exec(html) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    const policy = page.headers.get("content-security-policy")?.split("; ") ?? [];
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", `style-src 'sha256-${hash}' 'self'`]));
    expect(policy.join()).not.toMatch(/unsafe|https?:|\*/);
    expect(policy.some((each) => each.startsWith("script-src"))).toBe(path === "/docs");
  });
});

describe.each([...pages, "/openapi.json", "/collection.json"])("%s", (path) => {
  test("is sent again only if it has changed", async () => {
    const first = await get(path);
    expect(first.headers.get("cache-control")).toBe("public, no-cache");
    const etag = first.headers.get("etag") ?? "";
    expect((await get(path, { "if-none-match": `"other", ${etag}` })).status).toBe(304);
    expect((await get(path, { "if-none-match": '"other"' })).status).toBe(200);
  });

  test.each([
    ["gzip, br", "br"],
    ["br;q=0, gzip", "gzip"],
    ["identity", null],
  ])("is compressed as the caller accepts it: %s", async (accepted, encoding) => {
    const plain = await (await get(path, { "accept-encoding": "identity" })).text();
    const answer = await get(path, { "accept-encoding": accepted });
    expect(answer.headers.get("content-encoding")).toBe(encoding);
    expect(answer.headers.get("vary")).toContain("accept-encoding");
    expect(await answer.text()).toBe(plain);
  });
});

test("the page of each guide has its title, and is marked in the list of pages", async () => {
  for (const path of guides) {
    const html = await (await get(path)).text();
    const [, title = ""] = /<h1>(.*?)<\/h1>/.exec(html) ?? [];
    expect(html).toContain(`<a href="${path}" aria-current="page">${title}</a>`);
  }
  expect(guides.length).toBe(7);
});

test("a page that does not exist is not found", async () => {
  expect((await get("/docs/nothing")).status).toBe(404);
});

test("what a page loads is compressed, and never asked for again: its name has a hash of its content", async () => {
  for (const path of await assets()) {
    const [br, gzip, plain] = await Promise.all(
      ["br", "gzip", "identity"].map((encoding) => get(path, { "accept-encoding": encoding })),
    );
    expect(br?.headers.get("content-encoding")).toBe("br");
    expect(gzip?.headers.get("content-encoding")).toBe("gzip");
    expect(br?.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    const text = await plain?.text();
    expect([await br?.text(), await gzip?.text()]).toEqual([text, text]);
    expect(path).toContain(
      createHash("sha256")
        .update(text ?? "")
        .digest("hex")
        .slice(0, 10),
    );
  }
  expect((await assets()).length).toBe(4);
});

test("what no page loads any more is not found, and no browser remembers that", async () => {
  const answer = await get("/docs/assets/reference-0000000000.js");
  expect([answer.status, answer.headers.get("cache-control")]).toEqual([404, "no-store"]);
});

test("/health says what is deployed, to everyone, and is never kept", async () => {
  const answer = await get("/health");
  const { version } = JSON.parse(await readFile("package.json", "utf8"));
  expect(await answer.json()).toEqual({ status: "ok", version, commit: "local" });
  expect(answer.headers.get("cache-control")).toBe("no-store");
});
