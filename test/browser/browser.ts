import { existsSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";

/** An open page, and what went wrong in it so far. */
export interface Visit {
  readonly page: Page;
  /** Errors on the console, such as breaches of the Content-Security-Policy, and exceptions that nothing caught. */
  readonly errors: string[];
  /** Requests to other origins. They fail, because this browser knows no host but this machine. */
  readonly foreignRequests: string[];
}

/** Starts Debian's Chromium, or the browser that CHROMIUM names. Close it when the tests end. */
export const startBrowser = (): Promise<Browser> => {
  const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
  if (!existsSync(executablePath))
    throw new Error(`There is no ${executablePath}: install Debian's package chromium, or set CHROMIUM to a browser`);
  return chromium.launch({
    executablePath,
    // Chromium's own sandbox refuses to run as root, as in a container.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost"],
  });
};

/** Opens a URL in a page of its own, without cookies or storage of another one. It closes with the test. */
export const visit = async (browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> => {
  const context = await browser.newContext({ locale: "en-US", reducedMotion: "reduce", ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const opened: Visit = { page, errors: [], foreignRequests: [] };
  page.on("console", (message) => message.type() === "error" && opened.errors.push(message.text()));
  page.on("pageerror", (error) => opened.errors.push(String(error)));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(url).origin) opened.foreignRequests.push(request.url());
  });
  await page.goto(url);
  return opened;
};

/** The serious and critical faults that axe finds in a page, by WCAG 2.2 level AA and its best practices. */
export const accessibilityFaults = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(" ")}: ${failureSummary}`),
    );
};

/** Saves what a person should look at, if SCREENSHOTS names a folder. */
export const screenshot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env["SCREENSHOTS"];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
};
