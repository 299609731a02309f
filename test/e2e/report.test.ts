import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accessibilityFaults } from "../support/browser/accessibility-faults.ts";
import { browserSuite } from "../support/browser/browser-suite.ts";
import { openPage } from "../support/browser/open-page.ts";
import { engineCache } from "../support/engines/engine-set.ts";
import { dockerClassic, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { runCli } from "../support/run-cli.ts";
import { dir, file, layer, whiteout } from "../support/tar-fixture.ts";

browserSuite("A report in Chromium", (browser) => {
  const folder = mkdtempSync("/tmp/planish-report-");
  const at = (name: string): string => join(folder, name);
  const report = at("debian.html");
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Debian, and two layers that change and remove some files. */
  beforeAll(async () => {
    const debian = { ...layer(), tar: () => readFileSync(join(engineCache(), "debian-base.tar")) };
    const changed = layer(
      dir("etc"),
      file("etc/debian_version", "12.flat\n"),
      file("usr/bin/perl", "x".repeat(100_000)),
    );
    const key = layer(dir("root"), file("root/id_rsa", PRIVATE_KEY));
    const removed = layer(
      whiteout("root/id_rsa"),
      whiteout("usr/bin/perl"),
      whiteout("usr/share/zoneinfo"),
      file("etc/debian_version", "13\n"),
    );
    const layers = [debian, changed, key, removed];
    const config = { Env: ["PATH=/usr/bin"], Labels: { "</dd>": "<b>bold</b>" } };
    const source = writeArchive(at("debian.tar"), dockerClassic(image({ tags: ["debian:app"], layers, config })));
    const flat = at("flat.tar");
    await runCli(["flatten", source, `docker-archive:${flat}`, "-q"]);
    const made = await runCli(["report", source, flat, "-o", report]);
    expect(made).toMatchObject({ status: 0, stderr: "" });
  });

  it("finds a file, and shows its layers", async () => {
    const { page, faults } = await openPage(browser(), report);
    await page.getByRole("searchbox").fill("bin/perl");
    await expectRows(page, /usr\/bin\/perl$/);
    await page.getByRole("row", { name: "/usr/bin/perl 100 kB" }).click();
    const story = page.getByRole("region", { name: "The story of /usr/bin/perl", exact: true });
    expect(await story.getByRole("listitem").allTextContents()).toEqual([
      // It is a hard link to perl5.36.0, which is still there.
      expect.stringContaining("kept by a hard link"),
      expect.stringContaining("removed by layer 3"),
      expect.stringContaining("removes lower ones"),
    ]);
    await story.getByRole("button", { name: "Layer 1" }).click();
    await page
      .getByRole("status")
      .filter({ hasText: /^1 entry of/ })
      .waitFor();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("debian:app");
    expect(await page.getByText("The same.").count()).toBe(1);
    expect(faults).toEqual([]);
    await page.close();
  });

  it("sorts by its headings, filters by layer and state, and can be used with the keyboard alone", async () => {
    const { page, faults } = await openPage(browser(), report);
    const first = page.getByRole("rowgroup").last().getByRole("row").first();
    await page.getByRole("button", { name: "Path" }).click();
    await first.filter({ hasText: /^\/0 B/ }).waitFor();
    await page.getByRole("button", { name: "Path" }).click();
    await first.filter({ hasText: /^\/var/ }).waitFor();
    await page.getByRole("combobox", { name: "Which entries" }).selectOption("ghosts");
    await page.getByRole("combobox", { name: "Layer", exact: true }).selectOption("1");
    await page
      .getByRole("status")
      .filter({ hasText: /^1 entry of/ })
      .waitFor();
    await page.getByRole("combobox", { name: "Layer", exact: true }).selectOption("3");
    await first.filter({ hasText: "removes lower ones" }).waitFor();
    await page.getByRole("grid").focus();
    for (const key of ["ArrowDown", "ArrowUp", "End", "Home", "Enter"]) await page.keyboard.press(key);
    await page.getByRole("region", { name: "The story of /usr/share/zoneinfo" }).waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it("opens a directory by a click on the map or in the list, and goes back by the breadcrumbs", async () => {
    const { page, faults } = await openPage(browser(), report);
    const trail = page.getByRole("navigation", { name: "Directory shown" });
    await page.getByRole("img", { name: /^Map of \/, / }).click({ position: { x: 30, y: 60 } });
    await trail.getByRole("button", { name: "usr" }).waitFor();
    await page.getByRole("button", { name: /^share\// }).press("Enter");
    await page.getByRole("img", { name: /^Map of \/usr\/share, / }).waitFor();
    const inside = page.getByRole("status");
    await inside.filter({ hasText: /^[\d,]+ entries of/ }).waitFor();
    await page.getByText("Hidden", { exact: true }).first().click();
    await page.getByRole("button", { name: /^zoneinfo\// }).waitFor();
    await trail.getByRole("button", { name: "/", exact: true }).click();
    await page.getByRole("img", { name: /^Map of \/, / }).waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it("shows advice, and links to secrets in hidden files", async () => {
    const { page, faults } = await openPage(browser(), report);
    await page.getByRole("heading", { name: "Advice: flatten" }).waitFor();
    await page.getByRole("button", { name: "/root/id_rsa" }).click();
    const story = page.getByRole("region", { name: "The story of /root/id_rsa" });
    await story.getByText("removed by layer 3").waitFor();
    expect(await story.textContent()).toMatch(/private-key, layer 2/);
    expect(faults).toEqual([]);
    await page.close();
  });

  it.each(["light", "dark"] as const)(
    "keeps every rule of axe, contrast of WCAG AA among them, when it is %s",
    async (colorScheme) => {
      const { page, faults } = await openPage(browser(), report, { colorScheme });
      await page.getByRole("searchbox").fill("perl");
      await page.getByRole("row").nth(3).click();
      await page.getByRole("region", { name: /^The story of/ }).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(faults).toEqual([]);
      await page.close();
    },
  );

  it("prints on few sheets, the first hundred rows of its table among them", async () => {
    const { page } = await openPage(browser(), report, { colorScheme: "dark" });
    const sheets = Number(/\/Count (\d+)/.exec((await page.pdf({ format: "A4" })).toString("latin1"))?.[1]);
    expect(sheets).toBeGreaterThan(2);
    expect(sheets).toBeLessThan(12);
    await page.close();
  });

  it("shows text that tries to inject HTML as plain text", async () => {
    const attack = "<img src=x onerror=alert(1)>";
    const config = { Cmd: ["</script><script>alert(1)</script>"], Labels: { [attack]: attack } };
    const layers = [layer(file(attack, "12"), file("javascript:alert(1)", "1"), file("rtl\xe2\x80\xae.exe", ""))];
    const source = writeArchive(at("attack.tar"), dockerClassic(image({ tags: ["a:1"], layers, config })));
    await runCli(["report", source, "-o", at("attack.html")]);
    const { page, faults } = await openPage(browser(), at("attack.html"));
    await page.getByRole("row", { name: attack }).click();
    await page.getByRole("region", { name: `The story of /${attack}` }).waitFor();
    expect(await page.getByRole("row", { name: "/rtl\\u{202e}.exe" }).count()).toBe(1);
    expect(await page.getByText("</script><script>alert(1)</script>", { exact: true }).count()).toBeGreaterThan(0);
    expect(await page.locator("#page img, #page script").count()).toBe(0);
    expect(faults).toEqual([]);
    await page.close();
  });
});

const PRIVATE_KEY = `-----BEGIN OPENSSH PRIVATE KEY-----\n${"b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n".repeat(5)}-----END OPENSSH PRIVATE KEY-----\n`;

async function expectRows(page: Page, path: RegExp): Promise<void> {
  await page
    .getByRole("row", { name: path })
    .or(page.getByRole("gridcell", { name: path }))
    .first()
    .waitFor();
}
