import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Local } from "#infra/local/local.ts";
import { startHere } from "#test/infra/local/process.ts";
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

describe.each(["/docs", "/docs/problems", "/docs/problems?lang=de", "/docs/events"])("the page %s", (path) => {
  test.each(Object.entries(screens))("is sound and accessible: %s", async (name, screen) => {
    const { page, errors, foreignRequests } = await visit(browser, gateway.url + path, screen);
    await screenshot(page, `${path.slice(1).replaceAll(/\W/g, "-")}-${name}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(screen.viewport.width);
    expect({ errors, foreignRequests }).toEqual({ errors: [], foreignRequests: [] });
  });
});
