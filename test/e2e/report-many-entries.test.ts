import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { reportHtml } from "../../src/report/report-html.ts";
import { browserSuite } from "../support/browser/browser-suite.ts";
import { openPage } from "../support/browser/open-page.ts";
import { dockerClassic, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { manyEntries } from "../support/many-entries.ts";
import { readReport } from "../support/read-report.ts";
import { runCli } from "../support/run-cli.ts";
import { file, layer } from "../support/tar-fixture.ts";

const ENTRIES = 200_000;
/**
 * Seconds of the main thread's CPU, which does not depend on other processes; half as much again as promised, for
 * slower machines.
 */
const PROMISE = 1.5;

browserSuite(`A report on ${ENTRIES} entries in Chromium`, (browser) => {
  const folder = mkdtempSync("/tmp/planish-report-");
  const path = join(folder, "many.html");
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(async () => {
    const layers = ["a", "b", "c"].map((name) => layer(file(name, name)));
    const source = writeArchive(join(folder, "small.tar"), dockerClassic(image({ tags: ["many:1"], layers })));
    await runCli(["report", source, "-o", path]);
    writeFileSync(path, await reportHtml({ ...readReport(readFileSync(path, "utf8")), files: manyEntries(ENTRIES) }));
  });

  it("is at most 8 MB", () => {
    expect(statSync(path).size).toBeLessThan(8_000_000);
  });

  it("opens, searches, sorts and zooms within a second each", async () => {
    const { page, faults } = await openPage(browser(), path);
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    const took: Record<string, number> = {};
    for (const [what, step] of Object.entries(STEPS)) {
      const before = await busy(session);
      await step(page);
      took[what] = (await busy(session)) - before;
    }
    expect(Object.entries(took).filter(([, seconds]) => !(seconds < PROMISE))).toEqual([]);
    expect(faults).toEqual([]);
    await page.close();
  });
});

const STEPS = {
  open: async (page: Page) => {
    await page.reload();
    await page.getByRole("status").filter({ hasText: "200,000 entries of" }).waitFor();
  },
  search: async (page: Page) => {
    await page.getByRole("searchbox").fill("python handler .py");
    await page.getByRole("status").filter({ hasNotText: "200,000 entries of" }).waitFor();
  },
  sort: async (page: Page) => {
    await page.getByRole("button", { name: "Modified" }).click();
    await page.getByRole("columnheader", { name: "Modified" }).and(page.locator('[aria-sort="descending"]')).waitFor();
  },
  zoom: async (page: Page) => {
    await page
      .getByRole("button", { name: /\/ [\d.]+ [kMG]?B$/ })
      .first()
      .click();
    await page.getByRole("img", { name: /^Map of \/.+\/?, / }).waitFor();
  },
  clear: async (page: Page) => {
    await page.getByRole("navigation", { name: "Directory shown" }).getByRole("button").first().click();
    await page.getByRole("searchbox").fill("");
    await page.getByRole("status").filter({ hasText: "200,000 entries of" }).waitFor();
  },
} as const;

/** CPU seconds of the page's main thread. */
async function busy(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
}
