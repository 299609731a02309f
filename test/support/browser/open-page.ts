import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** A page, and everything that it should not have done: messages on the console, errors, dialogs, requests for anything but itself. */
export interface OpenPage {
  readonly page: Page;
  readonly faults: string[];
}

/** Opens a file below /tmp as a person would. */
export async function openPage(browser: Browser, path: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  page.setDefaultTimeout(60_000);
  const url = pathToFileURL(path).href;
  const faults: string[] = [];
  page.on("console", (message) => faults.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url() !== url) faults.push(`request: ${request.url().slice(0, 200)}`);
  });
  await page.goto(url);
  await page.getByRole("grid").waitFor();
  return { page, faults };
}
