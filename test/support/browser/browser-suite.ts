import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { engineCache } from "../engines/engine-set.ts";

/**
 * A suite that looks at pages in Debian's Chromium; `define` gets a function that returns the running browser. Without
 * Chromium it is skipped, but never under CI=true.
 */
export function browserSuite(title: string, define: (browser: () => Browser) => void): void {
  const missing = browserMissing();
  if (missing !== undefined && process.env.CI === "true") throw new Error(`no browser to test with: ${missing}`);
  if (missing !== undefined) {
    describe.skip(`${title} (skipped: ${missing})`, () => {});
    return;
  }
  describe(title, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());
    define(() => {
      if (browser === undefined) throw new Error("the browser is not open yet");
      return browser;
    });
  });
}

const ROOT = join(engineCache(), "chromium");

function browserMissing(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "the browser needs root on Linux";
  return existsSync(ROOT) ? undefined : `${ROOT} is not there: run scripts/setup-tests.sh`;
}

/** Pages and profiles are below /tmp, the only folder of the machine that the browser sees. */
function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: join(import.meta.dirname, "chromium.sh"),
    env: { ...process.env, CHROMIUM_ROOT: ROOT, TMPDIR: "/tmp" },
    chromiumSandbox: false,
    args: ["--disable-gpu"],
    timeout: 120_000,
  });
}
