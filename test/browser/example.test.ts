import type { Browser, BrowserContextOptions, Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Local } from "#infra/local/local.ts";
import { startHere, tokenFrom } from "#test/infra/local/process.ts";
import { accessibilityFaults, screenshot, startBrowser, visit } from "./browser.ts";

let gateway: Local;
let browser: Browser;
beforeAll(async () => {
  for (const name of ["stdout", "stderr"] as const) vi.spyOn(process[name], "write").mockReturnValue(true);
  [gateway, browser] = await Promise.all([startHere(), startBrowser()]);
});
afterAll(() => Promise.all([browser.close(), gateway.close()]));

/** The app, after a member of the cast has signed in. */
const signedIn = async (member: string, options: BrowserContextOptions = {}) => {
  const visited = await visit(browser, `${gateway.url}/example`, options);
  await visited.page.locator("main select").selectOption(member);
  await press(visited.page, /Sign in|Anmelden/);
  await heading(visited.page, /Your contracts|Ihre Verträge/);
  return visited;
};

const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).first().click();
const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name }).waitFor();

/** The contract as the sandbox has it now. */
const contractOf = async (member: string) => {
  const url = `${gateway.url}/v1/memberships/${member}/self-service/contract-data`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${await tokenFrom(gateway.url)}` } });
  const [contract] = (await answer.json()) as Record<string, unknown>[];
  return contract ?? {};
};

/** What hits every request to the sandbox from now on. */
const trouble = async (kind: "busy" | "none") => {
  const answer = await fetch(`${gateway.url}/_console/conditions`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: gateway.url },
    body: JSON.stringify({ trouble: kind, readsLag: false, verifies: true }),
  });
  expect(answer.status).toBe(200);
};

describe("the example app", () => {
  test("cancels in two clicks, shows the receipt at once, and takes the cancelation back", async () => {
    const { page, errors, foreignRequests } = await signedIn("1000");
    await page.getByText("Cancel by").waitFor();
    await press(page, "Cancel contract");
    await heading(page, /^Cancel contract/);
    const writes: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().includes("/v1/"))
        writes.push(request.headers()["idempotency-key"] ?? "");
    });
    // Two clicks at once are one cancelation.
    await page.evaluate("for (let i = 0; i < 2; i++) [...document.querySelectorAll('button.main')][0].click()");
    await heading(page, "Your receipt");
    expect(await page.locator(".receipt").textContent()).toMatch(/Received: .*\d{4}.*\d{2}:\d{2}:\d{2}/s);
    expect(writes).toHaveLength(1);
    expect(await contractOf("1000")).toMatchObject({ cancelationStatus: "PENDING_VERIFICATION" });
    await press(page, "Back");
    await page.getByText("Canceled to").waitFor();
    await press(page, "Take it back");
    await page.getByText("Your cancelation was taken back.").waitFor();
    expect((await contractOf("1000"))["cancelationStatus"]).not.toBe("PENDING_VERIFICATION");
    expect([errors, foreignRequests]).toEqual([[], []]);
  });

  test("withdraws from a contract by statute, in German", async () => {
    const { page } = await signedIn("1036", { locale: "de-DE" });
    await press(page, "Vertrag widerrufen");
    await press(page, "Widerruf bestätigen");
    await heading(page, "Ihre Bestätigung");
    expect(await page.locator(".receipt").textContent()).toContain("Widerruf");
  });

  test("pauses a contract and takes the pause back", async () => {
    const { page } = await signedIn("1040");
    await press(page, "Pause contract");
    await page.getByLabel("Reason").selectOption({ index: 1 });
    await press(page, "Pause now");
    await page.getByText("Your pause was entered.").waitFor();
    await press(page, "Take it back");
    await page.getByText("Your pause was taken back.").waitFor();
  });

  test("changes contact data, and shows a change that waits for the studio", async () => {
    const { page } = await signedIn("1026");
    await press(page, "Contact data");
    await page.getByLabel("E-mail").fill("kim@example.com");
    await press(page, "Save changes");
    await page.getByText("Your change was received.").waitFor();
    await page.getByText("This change waits until the studio has checked it:").waitFor();
    await page.getByText("kim@example.com").waitFor();
    await press(page, "Take it back");
    await page.getByLabel("E-mail").waitFor();
  });

  test.each([
    ["an answer", (route: Route) => route.continue()],
    ["a problem", (route: Route) => route.fulfill({ status: 404, json: { code: "not-found" } })],
  ])("stays in the view that the member chose, and keeps its message, if an earlier one gets %s", async (_, end) => {
    const { page } = await visit(browser, `${gateway.url}/example`, {});
    const { promise: late, resolve: letGo } = Promise.withResolvers<void>();
    await page.route("**/contract-data", async (route) => {
      await late;
      await end(route);
    });
    await page.locator("main select").selectOption("1000");
    await press(page, "Sign in");
    await press(page, "Contact data");
    await page.getByLabel("E-mail").fill("robin");
    await press(page, "Save changes");
    const message = page.getByRole("alert").filter({ hasText: "e-mail address" });
    await message.waitFor();
    const answered = page.waitForResponse("**/contract-data");
    letGo();
    await (await answered).finished();
    await page.evaluate("new Promise((resolve) => setTimeout(resolve))");
    expect(await message.isVisible()).toBe(true);
    await heading(page, "Contact data");
  });

  test("says that a write failed whose view the member has left", async () => {
    const { page } = await signedIn("1000");
    const { promise: late, resolve: letGo } = Promise.withResolvers<void>();
    await page.route("**/contact-data", async (route) => {
      if (route.request().method() === "GET") return route.continue();
      await late;
      await route.fulfill({ status: 403, json: { code: "forbidden" } });
    });
    await press(page, "Contact data");
    await page.getByLabel("E-mail").fill("robin@example.com");
    await press(page, "Save changes");
    await press(page, "Back");
    await page.getByText("Cancel by").waitFor();
    letGo();
    await page.getByRole("alert").filter({ hasText: "not possible in this app" }).waitFor();
    await heading(page, "Your contracts");
  });

  test("shows what to correct in a field, in the member's language", async () => {
    const { page } = await signedIn("1000", { locale: "de-DE" });
    await press(page, "Kontaktdaten");
    await page.getByLabel("E-Mail").fill("robin");
    await press(page, "Änderungen speichern");
    await page
      .getByRole("alert")
      .getByText(/E-Mail-Adresse/)
      .waitFor();
  });

  test.each([
    ["en-US", "Cancel contract", "Cancel now", "The studio's system does not answer"],
    ["de-DE", "Vertrag kündigen", "Jetzt kündigen", "Das System des Studios antwortet gerade nicht"],
  ])(
    "says so in the member's words if the studio's system is down, and cancels with the same key later (%s)",
    async (locale, first, second, words) => {
      const member = locale === "de-DE" ? "1003" : "1001";
      const { page } = await signedIn(member, { locale });
      await press(page, first);
      await page.locator("button.main").waitFor();
      const keys = new Set<string>();
      page.on("request", (request) => {
        const { "idempotency-key": key } = request.headers();
        if (key) keys.add(key);
      });
      await trouble("busy");
      await press(page, second);
      await page.getByRole("alert").getByText(words).waitFor({ timeout: 60_000 });
      await trouble("none");
      await press(page, second);
      await page.locator(".receipt").waitFor();
      expect(keys.size).toBe(1);
      expect(await contractOf(member)).toMatchObject({ cancelationStatus: "PENDING_VERIFICATION" });
    },
  );
});

const screens = {
  desktop: {},
  phone: { viewport: { width: 390, height: 844 }, locale: "de-DE" },
  dark: { colorScheme: "dark", viewport: { width: 390, height: 844 } },
} as const;

test.each(Object.entries(screens))("has no serious fault for axe, and fits the screen: %s", async (name, options) => {
  const { page } = await signedIn("1021", options);
  const check = async (view: string) => {
    await screenshot(page, `example-${name}-${view}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  };
  await page.locator("article").first().waitFor();
  await check("contracts");
  await press(page, /Cancel contract|Vertrag kündigen/);
  await page.locator("button.main").waitFor();
  await check("cancel");
  await press(page, /Back|Zurück/);
  await page.locator("article").first().waitFor();
  await press(page, /Contact data|Kontaktdaten/);
  await page.locator("form, article").first().waitFor();
  await check("contact");
});
