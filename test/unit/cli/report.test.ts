import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dockerClassic, writeArchive } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { schemaErrors } from "../../support/json-schema.ts";
import { readReport } from "../../support/read-report.ts";
import { runCli } from "../../support/run-cli.ts";
import { dir, file, layer, whiteout } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();
const layers = [
  layer(dir("etc"), file("etc/gone", "12345"), file("etc/p\xff", "1")),
  layer(dir("etc"), whiteout("etc/gone")),
];
const app = (): string => writeArchive(folder.in("app.tar"), dockerClassic(image({ tags: ["app:1"], layers })));

describe("planish report", () => {
  test("writes one HTML file that holds every entry, and whose data has the documented schema", async () => {
    const output = folder.in("app.html");
    const { status, stdout, stderr } = await runCli(["report", app(), "-o", output]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(
      /^Wrote the report on docker-archive:.*app\.tar to .*app\.html\nlinux\/amd64, 5 entries, .* of HTML\n$/,
    );
    const data = readReport(readFileSync(output, "utf8"));
    expect(schemaErrors("report-data", data)).toEqual([]);
    expect(data).toMatchObject({
      names: ["app:1"],
      hides: [{ by: 1, of: 0, entries: 2, size: 5 }],
      flat: { kind: "plan", layers: 1, entries: 2 },
    });
    expect(data.files.names).toEqual(["", "etc", "gone", "p\xff"]);
  });

  test("prints nothing with --quiet", async () => {
    const output = folder.in("quiet.html");
    expect(await runCli(["report", app(), "-o", output, "-q"])).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(existsSync(output)).toBe(true);
  });

  test("never replaces its source", async () => {
    const before = readFileSync(app());
    expect(await runCli(["report", app(), "-o", folder.in("app.tar"), "--force"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--output names the same file as"),
    });
    expect(readFileSync(folder.in("app.tar")).equals(before)).toBe(true);
  });

  test("runs only its own script, by a policy with its hash", async () => {
    const output = folder.in("app.html");
    await runCli(["report", app(), "-o", output]);
    const html = readFileSync(output, "utf8");
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text = ""]) => text);
    const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, text = ""]) => text);
    const hash = (text = ""): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect([scripts.length, styles.length]).toEqual([1, 1]);
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      `script-src ${hash(scripts[0])}`,
      `style-src ${hash(styles[0])}`,
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  test("compares a flat image with its source, and shows how they differ", async () => {
    const flat = folder.in("flat.tar");
    const source = app();
    await runCli(["flatten", source, `docker-archive:${flat}`, "-q"]);
    const same = await runCli(["report", source, flat, "-o", folder.in("same.html")]);
    expect(same.stdout).toContain("is the same");
    const other = writeArchive(
      folder.in("other.tar"),
      dockerClassic(image({ layers: [layer(file("etc/p\xff", "2"))] })),
    );
    const { status, stdout } = await runCli([
      "report",
      source,
      other,
      "-o",
      folder.in("other.html"),
      "--format",
      "json",
    ]);
    expect({ status, errors: schemaErrors("report", JSON.parse(stdout)) }).toEqual({ status: 0, errors: [] });
    const data = readReport(readFileSync(folder.in("other.html"), "utf8"));
    expect(schemaErrors("report-data", data)).toEqual([]);
    expect(data.flat).toMatchObject({ kind: "image", layers: 1, verification: { equal: false }, differences: 1 });
  });

  test("replaces no file without --force, and leaves nothing behind when it fails", async () => {
    const output = folder.in("there.html");
    writeFileSync(output, "mine");
    const refused = await runCli(["report", app(), "-o", output]);
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining("DESTINATION_EXISTS") });
    expect(readFileSync(output, "utf8")).toBe("mine");
    expect((await runCli(["report", app(), "-o", output, "--force"])).status).toBe(0);
    expect(readFileSync(output, "utf8")).toMatch(/^<!doctype html>/);
    expect((await runCli(["report", folder.in("missing.tar"), "-o", folder.in("none.html")])).status).toBe(4);
    // Before the image is read, which may take long.
    expect(await runCli(["report", app(), "-o", folder.in("no/report.html")])).toMatchObject({
      status: 4,
      stderr: expect.stringMatching(/DESTINATION_REFUSED.*no such file or folder\n +stage +open\n/),
    });
    expect(existsSync(folder.in("none.html"))).toBe(false);
  });

  test("refuses invalid arguments", async () => {
    expect(await runCli(["report", "-", "-"])).toMatchObject({ status: 2 });
    expect(await runCli(["report", app(), "-o", "-", "--format", "json"])).toMatchObject({ status: 2 });
  });
});
