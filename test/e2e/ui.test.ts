import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ReportServer, serveReports } from "../../src/index.ts";
import { accessibilityFaults } from "../support/browser/accessibility-faults.ts";
import { browserSuite } from "../support/browser/browser-suite.ts";
import { openPage } from "../support/browser/open-page.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { engineSockets } from "../support/engines/engine-set.ts";
import { dockerClassic, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { file, layer, whiteout } from "../support/tar-fixture.ts";

e2eSuite("planish ui", ({ engines, folder, namespace }) => {
  browserSuite("in Chromium, with the images of Docker", (browser) => {
    let server: ReportServer | undefined;
    beforeAll(async () => {
      mkdirSync(folder, { recursive: true });
      const layers = [layer(file("kept", "1"), file("gone", "22")), layer(whiteout("gone"))];
      const archive = dockerClassic(image({ tags: ["example/ui:1", "example/ui:same"], layers }));
      await engines.docker26.load(writeArchive(join(folder, "ui.tar"), archive));
      server = await serveReports(undefined, { docker: { host: `unix://${engineSockets(namespace).docker26}` } });
    });
    afterAll(async () => {
      await server?.[Symbol.asyncDispose]();
    });

    it("leads from the list of images to the report of one, and back", async () => {
      const { page, faults } = await openPage(browser(), server?.url ?? "", {
        ready: (opened) => opened.getByRole("table"),
      });
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.getByRole("link", { name: "example/ui:1" }).click();
      await page.getByRole("grid").waitFor();
      expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("example/ui:1");
      await page.getByRole("row", { name: "/gone 2 B" }).click();
      await page.getByText("removed by layer 1").first().waitFor();
      await page.getByRole("link", { name: "All images" }).click();
      await page.getByRole("table").waitFor();
      expect(faults).toEqual([]);
      await page.close();
    });

    it("shows an error in place of the report that it was reading", async () => {
      const archive = writeArchive(join(folder, "gone.tar"), dockerClassic(image()));
      await using alone = await serveReports(archive);
      rmSync(archive);
      const page = await browser().newPage();
      await page.goto(alone.url);
      await page.getByText("SOURCE_NOT_FOUND").waitFor();
      expect(await page.getByText("Reading").isVisible()).toBe(false);
      await page.close();
    });

    it("shows nothing to a page of another site", async () => {
      const page = await browser().newPage();
      await page.goto("data:text/html,<title>elsewhere</title>");
      const url = server?.url ?? "";
      await expect(page.evaluate((place) => fetch(place, { mode: "no-cors" }), url)).rejects.toThrow("Failed to fetch");
      await page.setContent(`<a href="${url}">there</a>`);
      await page.getByRole("link").click();
      await page.getByRole("heading", { name: "Not from there" }).waitFor();
      await page.close();
    });
  });
});
