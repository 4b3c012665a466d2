import { globSync } from "node:fs";
import { basename } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Local } from "#infra/local/local.ts";
import { catalog } from "#lib/operations/catalog.ts";
import { startHere, tokenFrom } from "#test/infra/local/process.ts";
import { accessibilityFaults, screenshot, startBrowser, visit } from "./browser.ts";

let gateway: Local;
let browser: Browser;
beforeAll(async () => {
  [gateway, browser] = await Promise.all([startHere(), startBrowser()]);
});
afterAll(() => Promise.all([browser.close(), gateway.close()]));

/** How people see a page. */
const screens = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
} as const;

const cancelation = "#/contracts/createContractCancelationAmendment";

const guides = globSync("docs/guides/*.md").map((file) => `/docs/${basename(file, ".md")}`);
const pages = ["/docs", `/docs${cancelation}`, ...guides, "/docs/problems", "/docs/problems?lang=de", "/docs/events"];

describe.each(pages)("the page %s", (path) => {
  test.each(Object.entries(screens))("is sound and accessible: %s", async (name, screen) => {
    const { page, errors, foreignRequests } = await visit(browser, gateway.url + path, screen);
    if (path.includes("#")) await opened(page).waitFor();
    else if (path === "/docs") await page.locator(".opblock").first().waitFor();
    await screenshot(page, `${path.slice(1).replaceAll(/\W+/g, "-")}-${name}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(screen.viewport.width);
    expect({ errors, foreignRequests }).toEqual({ errors: [], foreignRequests: [] });
  });
});

const opened = (page: Page) => page.locator(".opblock.is-open");

test("the reference shows every operation", async () => {
  const { page } = await visit(browser, `${gateway.url}/docs`);
  await page.locator(".opblock").first().waitFor();
  const shown: unknown = await page.evaluate(
    `[...document.querySelectorAll(".opblock-tag-section .opblock")].map((each) =>
      each.querySelector(".opblock-summary-method").textContent + " " + each.querySelector("[data-path]").dataset.path)`,
  );
  const wanted = Object.values(catalog)
    .flat()
    .map(({ method, path }) => `${method} ${path}`);
  expect((shown as string[]).sort()).toEqual(wanted.sort());
});

/** Sends what is in an operation's form, with the token that was pasted. */
const execute = async (page: Page, fields: Readonly<Record<string, string>>): Promise<string> => {
  await page.getByLabel("access token").fill(await tokenFrom(gateway.url));
  for (const [name, value] of Object.entries(fields)) await opened(page).getByPlaceholder(name).fill(value);
  await opened(page).getByRole("button", { name: "Execute" }).click();
  return opened(page).locator(".live-responses-table").innerText();
};

/** The sandbox's member whose contracts have ids above 2^53. */
const withLargeIds = { customerId: "1023" };

test("a pasted token is enough to try a read, and its ids keep their digits", async () => {
  const { page, errors, foreignRequests } = await visit(browser, `${gateway.url}/docs#/contracts/getContractData`);
  const shown = await execute(page, withLargeIds);
  expect(shown).toContain('"id": 9007199254740993,');
  expect({ errors, foreignRequests }).toEqual({ errors: [], foreignRequests: [] });
});

test("a write that is tried has a key, and an id in its body keeps its digits", async () => {
  const { page } = await visit(browser, `${gateway.url}/docs${cancelation}`);
  const body = '{"contractId":9007199254740993,"cancelationDate":"2000-01-31","cancelationReasonId":1001}';
  await opened(page).getByLabel("Body").fill(body);
  const [sent, shown] = await Promise.all([
    page.waitForRequest((request) => request.method() === "POST"),
    execute(page, withLargeIds),
  ]);
  expect(JSON.stringify(sent.postData())).toContain("9007199254740993");
  expect(sent.headers()["idempotency-key"]).toMatch(/^"[0-9a-f-]{36}"$/);
  expect(shown).toContain("upstream-refused");
});

test("the keyboard is enough to open an operation and send it", async () => {
  const { page } = await visit(browser, `${gateway.url}/docs`);
  const summary = page.getByRole("button", { name: "contract-cancelation-reasons" }).first();
  await page.getByLabel("access token").fill(await tokenFrom(gateway.url));
  await summary.focus();
  await page.keyboard.press("Enter");
  const send = opened(page).getByRole("button", { name: "Execute" });
  await send.waitFor();
  const isFocused = () => send.evaluate("(button) => button === document.activeElement");
  for (let presses = 0; presses < 20 && !(await isFocused()); presses += 1) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await opened(page)
    .getByText('"namedContractCancelationReasons"')
    .or(opened(page).getByText("1001"))
    .first()
    .waitFor();
});
