import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";

/**
 * A page, and everything that it must not do: console messages, errors, dialogs, and requests other than navigation at
 * or below its own URL.
 */
export interface OpenPage {
  readonly page: Page;
  readonly faults: string[];
}

export interface OpenOptions extends BrowserContextOptions {
  /** Waits for this element; by default the table of a report. */
  readonly ready?: (page: Page) => Locator;
}

/** Opens a file below /tmp, or a page of a server. */
export async function openPage(browser: Browser, place: string, options: OpenOptions = {}): Promise<OpenPage> {
  const { ready = (page) => page.getByRole("grid"), ...context } = options;
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...context });
  page.setDefaultTimeout(60_000);
  const url = place.startsWith("http:") ? place : pathToFileURL(place).href;
  const faults: string[] = [];
  page.on("console", (message) => faults.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!(request.isNavigationRequest() && request.url().startsWith(url)))
      faults.push(`request: ${request.url().slice(0, 200)}`);
  });
  await page.goto(url);
  await ready(page).waitFor();
  return { page, faults };
}
