import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Local } from "#infra/local/local.ts";
import { startHere, tokenFrom } from "#test/infra/local/process.ts";
import { accessibilityFaults, screenshot, startBrowser, visit } from "./browser.ts";

let gateway: Local;
let browser: Browser;
beforeAll(async () => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  [gateway, browser] = await Promise.all([startHere(), startBrowser()]);
});
afterAll(() => Promise.all([browser.close(), gateway.close()]));

let page: Page;
let wrong: { readonly errors: readonly string[]; readonly foreignRequests: readonly string[] };

/** The console, once it is ready. */
const open = async (options: Parameters<typeof visit>[2] = {}) => {
  ({ page, ...wrong } = await visit(browser, gateway.url, options));
  await page.getByText("live", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Send" }).waitFor();
};

const list = (name: "requests" | "events") => page.locator(`#${name} > li`);
const choose = (name: string, value: string) => page.getByRole("combobox", { name, exact: true }).selectOption(value);
const send = async (status: number) => {
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator("#answer .status", { hasText: String(status) }).waitFor();
};

describe("the console", () => {
  beforeEach(() => open());

  test("sends a call about a member of the cast, and shows its log and its calls of the upstream", async () => {
    const situations = await page.getByRole("combobox", { name: "Member" }).locator("option").allTextContents();
    expect(situations[0]).toContain("1000: the friendly one");
    await choose("Member", "1023");
    await send(200);
    // Digits that JSON.parse would lose.
    expect(await page.getByLabel("Body of the answer").textContent()).toContain('"id": 9007199254740993');
    const latest = list("requests").first();
    await latest.locator("summary").click();
    await latest.getByText(/"operation": "getContractData"/).waitFor();
    expect(await latest.locator(".calls").textContent()).toMatch(
      /^demo-studio: GET \/v1\/memberships\/1023\/self-service\/contract-data 200 \d+ ms$/,
    );
    expect(await latest.locator("small").textContent()).toContain("demo-partner");
  });

  test("can name no studio, and then shows how the home studio is found", async () => {
    await choose("As", "chain-partner");
    await choose("Studio-Id", "other-studio");
    await send(404);
    await choose("Studio-Id", "none: the home studio");
    await send(200);
    const latest = list("requests").first();
    await latest.locator("summary").click();
    await latest.locator(".calls", { hasText: "demo-studio: GET /v1/cross-studio/customers/1000 200" }).waitFor();
  });

  test("cancels with the filled-in example, shows the event, and repeats harmlessly under the same key", async () => {
    await choose("Member", "1003");
    await choose("Operation", "createContractCancelationAmendment");
    await page.waitForFunction("document.querySelector('[name=body]').value.includes('cancelationDate')");
    await send(200);
    await list("events").first().getByText("ContractCancelationRequested").waitFor();
    await page.locator("#answer summary").click();
    expect(await page.locator("#answer").textContent()).not.toContain("idempotent-replayed");
    await send(200);
    await page.locator("#answer", { hasText: "idempotent-replayed: true" }).waitFor();
    expect(await list("events").count()).toBe(1);
  });

  test("switches a fault on for every request, in every window, and off again", async () => {
    const first = page;
    await open();
    await page.getByLabel("Busy: 503 with Retry-After").check();
    await first.locator("#faults.has-trouble").waitFor();
    await send(503);
    await list("requests").first().locator("small", { hasText: "upstream-busy" }).waitFor();
    await first.getByLabel("Works").check();
    await page.locator("#faults:not(.has-trouble)").waitFor();
    await send(200);
  });

  test("shows requests of others as they happen, a refused one too, and copies a member's token", async () => {
    await fetch(`${gateway.url}/v1/members/nobody`);
    await list("requests").first().getByText("404", { exact: true }).waitFor();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByLabel("Customer id, for a member's token").fill("1001");
    await page.getByRole("button", { name: "Copy token of demo-partner" }).click();
    await page.getByText("Copied").waitFor();
    const authorization = `Bearer ${await page.evaluate("navigator.clipboard.readText()")}`;
    const read = (member: number) =>
      fetch(`${gateway.url}/v1/memberships/${member}/self-service/contract-data`, { headers: { authorization } });
    expect([(await read(1001)).status, (await read(1000)).status]).toEqual([200, 403]);
  });
});

const screens = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
  "dark-phone": { viewport: { width: 390, height: 844 }, colorScheme: "dark" },
} as const;

test.each(Object.entries(screens))("the console is sound and accessible: %s", async (name, screen) => {
  const headers = { authorization: `Bearer ${await tokenFrom(gateway.url)}` };
  await fetch(`${gateway.url}/v1/customers/1000/self-service/contact-data`, { headers });
  await open(screen);
  await choose("Operation", "createCustomerContactDataAmendment");
  await send(200);
  await list("requests").first().locator("summary").click();
  await list("events").first().locator("summary").click();
  await page.getByLabel("Slow: answers after 3 seconds").check();
  await page.locator("#faults.has-trouble").waitFor();
  await screenshot(page, `console-${name}`);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(screen.viewport.width);
  await page.getByLabel("Works").check();
  await page.locator("#faults:not(.has-trouble)").waitFor();
  expect(wrong).toEqual({ errors: [], foreignRequests: [] });
});
