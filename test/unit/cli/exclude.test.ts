import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dockerClassic, writeArchive } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { schemaErrors } from "../../support/json-schema.ts";
import { runCli } from "../../support/run-cli.ts";
import { dir, file, hardlink, layer } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();
const app = image({
  tags: ["app:1"],
  layers: [
    layer(dir("var/cache/apt"), file("var/cache/apt/pkgcache.bin", "x".repeat(5000)), file("app/a", "1")),
    layer(file("app/b", "22"), hardlink("app/c", "app/b"), file("app/keep", "3")),
  ],
});
const source = (): string => writeArchive(folder.in("app.tar"), dockerClassic(app));
const flatten = (...options: string[]) =>
  runCli(["flatten", source(), `docker-archive:${folder.in("flat.tar")}`, "--force", ...options]);

describe("planish flatten", () => {
  test("leaves out what was requested, verifies the rest, and reports both", async () => {
    const { status, stdout } = await flatten(
      "--prune",
      "apt",
      "--exclude",
      "app",
      "--exclude",
      "!app/keep",
      "--verify",
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/left out +1 entry, 5 kB by --prune apt\n +3 entries, 3 B by --exclude app\n/);
    expect(stdout).toContain("the same as the source but for 4 entries left out");
  });

  test("reports both as JSON, whose schema is documented", async () => {
    const { stdout } = await flatten("--prune=apt,logs", "--exclude", "app/b", "--verify", "--format", "json");
    const result = JSON.parse(stdout);
    expect(schemaErrors("flatten", result)).toEqual([]);
    expect(result.images[0].excluded).toEqual([
      { option: "prune", value: "apt", entries: 1, bytes: 5000 },
      { option: "prune", value: "logs", entries: 0, bytes: 0 },
      { option: "exclude", value: "app/b", entries: 1, bytes: 0 },
    ]);
    expect(result.verified).toMatchObject({ equal: true, images: [{ excluded: 2 }] });
  });

  test("takes patterns from files, before those of the command line", async () => {
    writeFileSync(folder.in("patterns"), "\uFEFF# all of it\napp\r\n\n.\n");
    const options = ["--exclude", "!app/a", "--exclude-from", folder.in("patterns"), "--format", "json"];
    const { stdout } = await flatten(...options);
    expect(JSON.parse(stdout).images[0].excluded).toEqual([{ option: "exclude", value: "app", entries: 3, bytes: 3 }]);
  });

  test.each([
    [["--prune", "apt,dokcs"], 'ARGUMENT_INVALID: --prune: "dokcs" is not one of apt, apk, '],
    [["--exclude", "a["], 'ARGUMENT_INVALID: the pattern "a[" cannot be used: a bracket is not closed'],
    [["--exclude-from", ""], 'ARGUMENT_INVALID: --exclude-from: "" is not a path'],
    [["--exclude-from", "/no/such"], "ARGUMENT_INVALID: --exclude-from: /no/such cannot be read"],
    [["--exclude-from", process.execPath], `--exclude-from: ${process.execPath} is not UTF-8 text`],
  ])("refuses %j before it reads anything", async (options, message) => {
    const { status, stderr } = await runCli(["flatten", "no-such.tar", "docker-archive:flat.tar", ...options]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
  });

  test("quotes only the beginning of a very long pattern", async () => {
    const { stderr } = await runCli([
      "flatten",
      "no-such.tar",
      "docker-archive:flat.tar",
      "--exclude",
      "[".repeat(9e3),
    ]);
    expect(stderr).toContain("[[[…");
    expect(stderr.length).toBeLessThan(500);
  });
});
